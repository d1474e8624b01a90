import type { Actor } from '../auth/actor.ts';
import type { Route } from '../http/route.ts';
import type { App } from '../store/rows.ts';
import {
  BAD_DAY,
  type DeliveryFault,
  type DeliveryRule,
  type FaultProfile,
  type RequestFault,
  type RequestRule,
} from './rule.ts';
import { SeededFaults } from './seeded.ts';

interface Armed<R> {
  readonly rule: R;
  waiting: number;
  left: number;
}

/** What goes wrong on demand: by rules a script arms, and by a seed. Nothing, unless one of them says so. */
export class Faults {
  #deliveries: Armed<DeliveryRule>[] = [];
  #requests: Armed<RequestRule>[] = [];
  #seeded: SeededFaults | undefined;

  /** Makes the next matching deliveries go wrong. */
  delivery(rule: DeliveryRule): void {
    this.#deliveries.push(arm(rule));
  }

  /** Makes the next matching requests go wrong. */
  request(rule: RequestRule): void {
    this.#requests.push(arm(rule));
  }

  /** From now on, makes faults by chance: the same seed and the same requests give the same faults. Apps' requests only. */
  seed(seed: number, profile: FaultProfile = BAD_DAY): void {
    this.#seeded = new SeededFaults(seed, profile);
  }

  /** Takes every rule and the seed back. */
  clear(): void {
    this.#deliveries = [];
    this.#requests = [];
    this.#seeded = undefined;
  }

  /** Whether answers must be remembered, for a stale read to come. */
  get mayGoStale(): boolean {
    return this.#seeded !== undefined || this.#requests.some(({ rule }) => rule.fault.type === 'stale');
  }

  forDelivery(app: App, event: string, action: string | null): DeliveryFault | undefined {
    const matches = ({ event: wanted }: DeliveryRule) => wanted === event || wanted === `${event}.${action}`;
    return fire(this.#deliveries, matches)?.fault ?? this.#seeded?.delivery(`${app.slug} ${event}.${action}`);
  }

  forRequest(route: Route, actor: Actor, path: string): RequestFault | undefined {
    const isApp = actor.type === 'app' || actor.type === 'installation';
    const matches = (rule: RequestRule) =>
      rule.route === route && path.includes(rule.path ?? '') && (rule.who !== 'apps' || isApp);
    return fire(this.#requests, matches)?.fault ?? (isApp ? this.#seeded?.request(route) : undefined);
  }
}

const arm = <R extends { readonly times?: number; readonly after?: number }>(rule: R): Armed<R> => ({
  rule,
  waiting: rule.after ?? 0,
  left: rule.times ?? 1,
});

/** The first armed rule that matches and is due; it is spent a little by firing. */
function fire<R>(armed: readonly Armed<R>[], matches: (rule: R) => boolean): R | undefined {
  const found = armed.find((entry) => entry.left > 0 && matches(entry.rule));
  if (found === undefined) return undefined;
  if (found.waiting > 0) {
    found.waiting -= 1;
    return undefined;
  }
  found.left -= 1;
  return found.rule;
}
