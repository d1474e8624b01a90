import { test } from 'vitest';

declare module 'vitest' {
  interface TaskMeta {
    attack?: Attack & { evidence?: string };
  }
}

/** One way to cheat or to break out, and what stands against it. */
export interface Attack {
  /** Stable; documents refer to it. */
  readonly number: number;
  readonly family: 'forge' | 'tamper' | 'leak' | 'escape' | 'spend';
  readonly name: string;
  /**
   * `prevented`: it cannot work. `detected`: it works inside the test process, which nothing can prevent there, and what
   * it did is noticed.
   */
  readonly answer: 'prevented' | 'detected';
  /** What stops or notices it. */
  readonly defence: string;
}

/**
 * A test of one attack. `run` asserts that it failed and gives the evidence for the report; it throws where it worked.
 *
 * @param needs why the case cannot run on this machine, if it cannot; it is then reported as skipped, with that reason
 */
export function attack(attack: Attack, run: () => Promise<string>, needs?: () => Promise<string | undefined>): void {
  test(`${attack.number}. ${attack.name}`, async ({ task, skip }) => {
    task.meta.attack = attack;
    const reason = await needs?.();
    if (reason !== undefined) skip(reason);
    task.meta.attack = { ...attack, evidence: await run() };
  });
}
