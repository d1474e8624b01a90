import { randomUUID } from 'node:crypto';
import { keepUp } from '../state/clock.ts';
import type { RunServices } from '../state/open-run.ts';

const LEASE_SECONDS = 30;

/** Does something while no other process, and nothing else here, does what goes by the same name. Waits for whoever is at it. */
export async function alone<T>(
  name: string,
  { store, clock }: Pick<RunServices, 'store' | 'clock'>,
  act: () => Promise<T>,
): Promise<T> {
  const holder = randomUUID();
  const hold = () => store.lease(name, holder, LEASE_SECONDS);
  while (!(await hold())) await clock.sleep(100);
  const letGo = keepUp(hold, LEASE_SECONDS);
  try {
    return await act();
  } finally {
    letGo();
    await store.release(name, holder);
  }
}

/** By what name runs of an issue or pull request are started: two at once would take the same name. */
export function startOn(repository: string, issue: number): string {
  return `start ${repository} ${issue}`;
}
