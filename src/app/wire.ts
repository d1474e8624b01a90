import type { Probot } from 'probot';
import type { Store } from '../archive/store.ts';
import { Installations } from '../github/installations.ts';
import { GITHUB_WRITE_LIMITS, type WriteLimits, writePace } from '../github/pace.ts';
import { type Clock, systemClock } from '../run/clock.ts';
import { EVENTS } from '../run/deliveries.ts';
import { type ControllerOptions, DEFAULT_OPTIONS } from '../run/options.ts';
import { Service } from '../run/service.ts';

export interface HuxleyParts {
  readonly store: Store;
  readonly clock?: Clock;
  readonly options?: Partial<ControllerOptions>;
  /** Content writes allowed; null for no limit, which only a local GitHub bears. */
  readonly writeLimits?: WriteLimits | null;
}

/** Wires Huxley to a Probot that is ready; deliveries are kept before they are answered. Call `start` on what it gives. */
export function wire(probot: Probot, { store, clock = systemClock, options, writeLimits }: HuxleyParts): Service {
  const limits = writeLimits === undefined ? GITHUB_WRITE_LIMITS : writeLimits;
  const paced = { now: () => clock.now().getTime(), sleep: clock.sleep };
  const service = new Service({
    store,
    clock,
    options: { ...DEFAULT_OPTIONS, ...options },
    log: probot.log,
    forges: new Installations({
      auth: (installation) => probot.auth(installation),
      pace: () => (limits === null ? async () => {} : writePace(limits, paced)),
      sleep: clock.sleep,
    }),
  });
  probot.on([...EVENTS], ({ id, name, payload }) => service.receive({ id, event: name, payload }));
  return service;
}
