import type { Logger } from 'pino';
import { messageOf } from '../../model/error.ts';
import type { RunKey } from '../../store/journal.ts';
import type { Store } from '../../store/store.ts';
import { type Clock, keepUp, turnOf } from '../state/clock.ts';
import type { ControllerOptions } from '../state/options.ts';

interface Services {
  readonly store: Store;
  readonly clock: Clock;
  readonly options: Pick<ControllerOptions, 'leaseSeconds'>;
  readonly log: Pick<Logger, 'error'>;
}

/** How often a process that waits for a turn looks whether it has ended. */
const POLL_MS = 250;
/** For so long after its last look it is known to wait. */
const ASK_SECONDS = 6;

/** A process's lease of a run's turns. One that has a command for the run asks for it; the one that has the turn looks for that. */
export class TurnLease {
  readonly #name: string;
  readonly #ask: string;
  readonly #holder: string;
  readonly #services: Services;
  #letGo = () => {};

  private constructor(name: string, holder: string, services: Services) {
    this.#name = name;
    this.#ask = `ask for ${name}`;
    this.#holder = holder;
    this.#services = services;
  }

  static async of(key: RunKey, holder: string, services: Services): Promise<TurnLease> {
    return new TurnLease(await turnOf(key)(services.store), holder, services);
  }

  /** Takes the turn and keeps it; where another has it, waits for its end if told to, else gives null. */
  async take(waits: boolean): Promise<'free' | 'waited' | null> {
    const { store, clock, options } = this.#services;
    const hold = () => store.lease(this.#name, this.#holder, options.leaseSeconds);
    // Whoever asks is let in first.
    if (!waits && (await this.#isAsked())) await clock.sleep(2 * POLL_MS);
    let waited = false;
    while (!(await hold())) {
      if (!waits) return null;
      waited = true;
      await store.lease(this.#ask, this.#holder, ASK_SECONDS);
      await clock.sleep(POLL_MS);
    }
    this.#letGo = keepUp(hold, options.leaseSeconds);
    if (waited) await store.release(this.#ask, this.#holder);
    return waited ? 'waited' : 'free';
  }

  /** Does something, and calls `giveWay` where another process asks for the turn, ever more seldom: other runs of the repository give way with it. */
  async givingWay<T>(giveWay: () => void, act: () => Promise<T>): Promise<T> {
    let [looks, next] = [0, 1];
    const look = async () => {
      if (!(await this.#isAsked()) || ++looks < next) return;
      next = 2 * looks;
      giveWay();
    };
    const stop = keepUp(look, ASK_SECONDS);
    try {
      return await act();
    } finally {
      stop();
    }
  }

  /** Lets go of what was taken; it runs out by itself where that fails. */
  async release(): Promise<void> {
    this.#letGo();
    await this.#services.store
      .release(this.#name, this.#holder)
      .catch((error) => this.#services.log.error({ err: messageOf(error) }, 'lease not released'));
  }

  async #isAsked(): Promise<boolean> {
    const ask = await this.#services.store.leaseOf(this.#ask);
    return ask !== null && ask.holder !== this.#holder && ask.secondsLeft > 0;
  }
}
