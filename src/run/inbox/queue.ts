import type { ClaimedDelivery, Inbox } from '../../store/store.ts';

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
  /** What is worked on, by account and then by id. */
  readonly #busy = new Map<string, Set<string>>();
  #count = 0;
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
    const renewal = setInterval(() => void this.#keep(), (CLAIM_SECONDS * 1_000) / 3);
    try {
      for (;;) {
        if (this.#again && !this.#closed) {
          this.#again = false;
          await this.#claim();
          continue;
        }
        if (this.#count === 0) return;
        await new Promise<void>((resolve) => {
          this.#ring = resolve;
        });
      }
    } finally {
      clearInterval(renewal);
      // What goes on is not left alone when the store failed.
      while (this.#count > 0)
        await new Promise<void>((resolve) => {
          this.#ring = resolve;
        });
    }
  }

  async #claim(): Promise<void> {
    const limit = AT_ONCE - this.#count;
    if (limit <= 0) return;
    const except = [...this.#busy].filter(([, ids]) => ids.size >= PER_ORIGIN).map(([origin]) => origin);
    for (const delivery of await this.#inbox.claim({ limit, perOrigin: PER_ORIGIN, except }, CLAIM_SECONDS)) {
      this.#again = true;
      void this.#start(delivery);
    }
  }

  async #start(delivery: ClaimedDelivery): Promise<void> {
    const { id, origin } = delivery;
    const ids = this.#busy.get(origin) ?? new Set<string>();
    this.#busy.set(origin, ids.add(id));
    this.#count++;
    await this.#workOn(delivery);
    this.#count--;
    ids.delete(id);
    if (ids.size === 0) this.#busy.delete(origin);
    // There is room for what waited behind it.
    this.#again = true;
    this.#ring();
  }

  /** Whoever waits for GitHub's limits keeps its claim. */
  async #keep(): Promise<void> {
    const ids = [...this.#busy.values()].flatMap((each) => [...each]);
    await this.#inbox.keep(ids, CLAIM_SECONDS).catch(() => {});
  }
}
