import { type Actor, actorName } from '../auth/actor.ts';
import { type Failure, InjectedFailure } from '../http/failure.ts';
import { type Limits, limitHeaders, SECONDARY_MESSAGE } from '../http/limits.ts';
import type { Reply } from '../http/reply.ts';
import type { Route } from '../http/route.ts';
import type { Log } from '../log.ts';
import type { Faults } from './faults.ts';
import type { RequestFault } from './rule.ts';

/** What a fault is made of. */
interface Server {
  readonly faults: Faults;
  readonly limits: Limits;
  readonly log: Log;
  now(): Date;
}

/** Answers kept at most for stale reads. */
const MAX_REMEMBERED = 2000;

/** Runs an operation, with a fault around it where one is due. */
export class Injector {
  readonly #remembered = new Map<string, Reply>();

  async around(hub: Server, route: Route, actor: Actor, key: string, operate: () => Promise<Reply>): Promise<Reply> {
    const fault = hub.faults.forRequest(route, actor, key);
    if (fault !== undefined) hub.log('warn', 'fault injected', { route, fault });
    const old = fault?.type === 'stale' ? this.#remembered.get(key) : undefined;
    if (old !== undefined) return old;
    const failure = fault === undefined || fault.type === 'stale' ? undefined : failureOf(hub, actor, fault);
    const late = fault?.type === 'error' && fault.when === 'after';
    if (failure !== undefined && !late) throw failure;
    const reply = await operate();
    if (failure !== undefined) throw failure;
    if (route.startsWith('GET ') && hub.faults.mayGoStale) this.#remember(key, reply);
    return reply;
  }

  #remember(key: string, reply: Reply): void {
    this.#remembered.delete(key);
    this.#remembered.set(key, reply);
    const oldest = this.#remembered.keys().next();
    if (this.#remembered.size > MAX_REMEMBERED && !oldest.done) this.#remembered.delete(oldest.value);
  }
}

function failureOf(hub: Server, actor: Actor, fault: Exclude<RequestFault, { type: 'stale' }>): Failure {
  switch (fault.type) {
    case 'error':
      return new InjectedFailure(fault.status, 'Server Error');
    case 'refuse':
      return new InjectedFailure(fault.status, fault.message);
    case 'secondary-limit':
      return new InjectedFailure(403, SECONDARY_MESSAGE, {}, { 'retry-after': String(fault.retryAfter) });
    case 'primary-limit': {
      const state = hub.limits.state(actorName(actor));
      const reset = Math.floor(hub.now().getTime() / 1000) + fault.seconds;
      const spent = { ...state, used: state.limit, remaining: 0, reset };
      return new InjectedFailure(403, `API rate limit exceeded for ${actorName(actor)}.`, {}, limitHeaders(spent));
    }
  }
}
