import type { ClaimedDelivery, Inbox } from '../../store/store.ts';
import { keepUp } from '../state/clock.ts';

/** Deliveries worked on at once, and of one account; a few more of it may have been claimed already. */
const AT_ONCE = 64;
const PER_ORIGIN = 8;
const CLAIM_SECONDS = 120;

/**
 * Works on kept deliveries, many at once but few of one account: what waits for one account's limits keeps nobody else's
 * waiting.
 */
export class DeliveryQueue {
  readonly #inbox: Inbox;
  readonly #workOn: (delivery: ClaimedDelivery) => Promise<void>;
  /** What is worked on: the account of each delivery, by its id. */
  readonly #busy = new Map<string, string>();
  #going: Promise<void> | null = null;
  #again = false;
  #ring: () => void = () => {};
  #closed = false;

  /** @param workOn never rejects */
  constructor(inbox: Inbox, workOn: (delivery: ClaimedDelivery) => Promise<void>) {
    this.#inbox = inbox;
    this.#workOn = workOn;
  }

  /** Works on whatever waits; resolves when nothing waits or is worked on. Rejects when the store does. */
  work(): Promise<void> {
    this.#again = true;
    this.#ring();
    this.#going ??= this.#drain().finally(() => {
      this.#going = null;
    });
    return this.#going;
  }

  /** Starts nothing more; resolves once nothing is worked on. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#ring();
    await this.#going?.catch(() => {});
  }

  async #drain(): Promise<void> {
    const letGo = keepUp(() => this.#inbox.keep([...this.#busy.keys()], CLAIM_SECONDS), CLAIM_SECONDS);
    try {
      while (this.#again || this.#busy.size > 0) {
        if (this.#again && !this.#closed) {
          this.#again = false;
          await this.#claim();
        } else if (this.#busy.size > 0) await this.#rung();
        else return;
      }
    } finally {
      // What goes on is not left alone when the store failed.
      while (this.#busy.size > 0) await this.#rung();
      letGo();
    }
  }

  /** Resolves when more waits, or something was finished. */
  #rung(): Promise<void> {
    return new Promise((resolve) => {
      this.#ring = resolve;
    });
  }

  async #claim(): Promise<void> {
    const limit = AT_ONCE - this.#busy.size;
    if (limit <= 0) return;
    const origins = Map.groupBy(this.#busy.values(), (origin) => origin);
    const except = [...origins].filter(([, { length }]) => length >= PER_ORIGIN).map(([origin]) => origin);
    for (const delivery of await this.#inbox.claim({ limit, perOrigin: PER_ORIGIN, except }, CLAIM_SECONDS)) {
      this.#again = true;
      void this.#start(delivery);
    }
  }

  async #start(delivery: ClaimedDelivery): Promise<void> {
    this.#busy.set(delivery.id, delivery.origin);
    await this.#workOn(delivery);
    this.#busy.delete(delivery.id);
    // There is room for what waited behind it.
    this.#again = true;
    this.#ring();
  }
}
