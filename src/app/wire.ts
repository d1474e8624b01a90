import type { Probot } from 'probot';
import type { Installations } from '../github/installations.ts';
import type { WriteLimits } from '../github/pace.ts';
import type { LimitSettings } from '../model/limits/account-limits.ts';
import type { Observer } from '../model/watch/observer.ts';
import type { OrderSigner } from '../order/signer.ts';
import { EVENTS } from '../run/inbox/deliveries.ts';
import { Service } from '../run/inbox/service.ts';
import { type Clock, systemClock } from '../run/state/clock.ts';
import { type ControllerOptions, DEFAULT_OPTIONS } from '../run/state/options.ts';
import type { Store } from '../store/store.ts';
import { installationsOf } from './connect.ts';
import { GitHubClock } from './github-clock.ts';
import { watchedStore } from './observe.ts';

export interface HuxleyParts {
  readonly store: Store;
  readonly signer: OrderSigner;
  readonly clock?: Clock;
  readonly options?: Partial<ControllerOptions>;
  /** Content writes allowed; null for no limit, which only a local GitHub bears. */
  readonly writeLimits?: WriteLimits | null;
  /** What watches it; nobody by default. */
  readonly observer?: Observer;
  /** What accounts may use of it; no limits by default. */
  readonly limits?: LimitSettings;
}

/** Huxley as it is wired: the service that works on deliveries, and the repositories it reaches. */
export interface Wired {
  readonly service: Service;
  readonly forges: Installations;
}

/** Wires Huxley to a Probot that is ready; deliveries are kept before they are answered. Call `start` on the service it gives. */
export function wire(probot: Probot, parts: HuxleyParts): Wired {
  const { signer, clock = systemClock, options, writeLimits, observer, limits } = parts;
  const store = observer ? watchedStore(parts.store, observer) : parts.store;
  const time = new GitHubClock(clock);
  const closing = new AbortController();
  const services = {
    store,
    signer,
    clock: time,
    options: { ...DEFAULT_OPTIONS, ...options },
    log: probot.log,
    ...(observer ? { observer } : {}),
    ...(limits ? { limits } : {}),
    forges: installationsOf(probot, {
      ...(writeLimits === undefined ? {} : { limits: writeLimits }),
      clock: time,
      take: (account) => (limits) => store.takeWrite(account, limits),
      signal: closing.signal,
      ...(observer ? { observer } : {}),
    }),
  };
  const service = new Service(services, () => closing.abort());
  probot.on([...EVENTS], ({ id, name, payload }) => service.receive({ id, event: name, payload }));
  return { service, forges: services.forges };
}
