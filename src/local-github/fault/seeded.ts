import { createHash } from 'node:crypto';
import type { Route } from '../http/route.ts';
import type { DeliveryFault, FaultProfile, RequestFault } from './rule.ts';

const MERGE: Route = 'PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge';

/** Operations whose faults would say nothing: signing in and reading limits. */
const SPARED = new Set<Route>(['POST /app/installations/{installation_id}/access_tokens', 'GET /rate_limit']);

/** Draws faults. Each draw depends on the seed, on what it is for and on how many came before of that kind. */
export class SeededFaults {
  readonly #seed: number;
  readonly #profile: FaultProfile;
  readonly #counts = new Map<string, number>();

  constructor(seed: number, profile: FaultProfile) {
    this.#seed = seed;
    this.#profile = profile;
  }

  delivery(name: string): DeliveryFault | undefined {
    const { drop = 0, lose = 0, double = 0, delay = 0, delayMs = 1000 } = this.#profile;
    const [kind, amount] = this.#draw(`delivery ${name}`);
    return pick<DeliveryFault>(kind, [
      [drop, 'drop'],
      [lose, 'lose'],
      [double, 'double'],
      [delay, { delay: Math.ceil(amount * delayMs) }],
    ]);
  }

  request(route: Route): RequestFault | undefined {
    if (SPARED.has(route)) return undefined;
    const { errorBefore = 0, errorAfter = 0, secondaryLimit = 0, mergeRefused = 0, stale = 0 } = this.#profile;
    const [kind, amount] = this.#draw(route);
    const reading = route.startsWith('GET ');
    return pick<RequestFault>(kind, [
      [errorBefore, { type: 'error', status: 502, when: 'before' }],
      [reading ? 0 : errorAfter, { type: 'error', status: 502, when: 'after' }],
      [secondaryLimit, { type: 'secondary-limit', retryAfter: 1 }],
      [reading ? stale : 0, { type: 'stale' }],
      [route === MERGE ? mergeRefused : 0, mergeRefusal(amount)],
    ]);
  }

  /** Two numbers in [0, 1). */
  #draw(name: string): readonly [number, number] {
    const count = this.#counts.get(name) ?? 0;
    this.#counts.set(name, count + 1);
    const digest = createHash('sha256').update(`${this.#seed} ${name} ${count}`).digest();
    return [digest.readUInt32BE(0) / 2 ** 32, digest.readUInt32BE(4) / 2 ** 32];
  }
}

/** The fault whose share of [0, 1) the draw fell into. */
function pick<F>(drawn: number, chances: readonly (readonly [number, F])[]): F | undefined {
  let floor = 0;
  for (const [chance, fault] of chances) {
    floor += chance;
    if (drawn < floor) return fault;
  }
  return undefined;
}

function mergeRefusal(amount: number): RequestFault {
  return amount < 0.5
    ? { type: 'refuse', status: 405, message: 'Base branch was modified. Review and try the merge again.' }
    : { type: 'refuse', status: 409, message: 'Head branch was modified. Review and try the merge again.' };
}
