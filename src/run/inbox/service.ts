import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { messageOf } from '../../model/error.ts';
import { accountOf } from '../../model/ids.ts';
import { NOBODY } from '../../model/watch/observer.ts';
import type { ClaimedDelivery, Delivery } from '../../store/store.ts';
import { Schedules } from '../begin/schedules.ts';
import { Controller, type ControllerServices } from '../loop/controller.ts';
import { lookFrom } from '../state/clock.ts';
import { Comments } from './comments.ts';
import { condense, EVENTS, handleDelivery } from './deliveries.ts';
import { MissedComments } from './missed-comments.ts';
import { Names } from './names.ts';
import { DeliveryQueue } from './queue.ts';

/** How often a delivery is tried. */
const MAX_ATTEMPTS = 5;
/** Redeliveries of what was done are told apart for so many days. */
const REMEMBER_DAYS = 7;
/** Deliveries forgotten in one statement. */
const FORGOTTEN_AT_ONCE = 1_000;
/** Who sweeps goes on doing so; where it is gone another takes over after so many sweeps. */
const SWEEP_LEASE = 2.5;

const named = z.looseObject({ repository: z.looseObject({ id: z.int(), full_name: z.string() }) });

/** The App without its transport: takes deliveries, works on them afterwards, and sweeps for what never arrived. */
export class Service {
  readonly controller: Controller;
  readonly #services: ControllerServices;
  readonly #hurry: () => void;
  readonly #comments: Comments;
  readonly #names: Names;
  readonly #schedules: Schedules;
  readonly #queue: DeliveryQueue;
  readonly #missed: MissedComments;
  readonly #holder = randomUUID();
  readonly #sweeps = new Set<Promise<void>>();
  #timer: NodeJS.Timeout | undefined;
  /** When failed deliveries were last looked for. */
  #looked: string;
  #closed = false;

  /** @param hurry called on closing: nothing should wait for GitHub’s limits from then on */
  constructor(services: ControllerServices, hurry: () => void = () => {}) {
    this.#services = services;
    this.#hurry = hurry;
    this.#looked = services.clock.now().toISOString();
    this.controller = new Controller(services);
    this.#comments = new Comments(services, this.controller);
    this.#names = new Names(services, this.controller);
    this.#schedules = new Schedules(services, this.controller);
    this.#missed = new MissedComments(services, this.controller, this.#comments, this.#names, this.#schedules);
    this.#queue = new DeliveryQueue(services.store, (delivery) => this.#workOn(delivery));
  }

  /** Keeps what matters of a delivery, then lets it be worked on; resolves once it is kept. */
  async receive(delivery: Delivery): Promise<void> {
    const kept = condense(delivery.event, delivery.payload);
    if (kept === null) return;
    const { event, payload } = kept;
    const origin = accountOf(payload.repository.full_name);
    const { store, observer = NOBODY } = this.#services;
    const isNew = await observer.span('receive', { event, delivery: delivery.id }, () =>
      store.receive({ id: delivery.id, event, payload }, origin),
    );
    if (isNew) void this.work();
  }

  /** Takes up what an earlier process left, and sweeps from now on. */
  start(): void {
    const loop = () => {
      if (this.#closed) return;
      // What one sweep waits for, the next one leaves alone.
      const sweep = this.sweep().finally(() => this.#sweeps.delete(sweep));
      this.#sweeps.add(sweep);
      this.#timer = setTimeout(loop, this.#services.options.sweepSeconds * 1_000);
    };
    loop();
  }

  /** Works on every delivery that waits; resolves when none does. */
  async work(): Promise<void> {
    await this.#queue.work().catch((error) => this.#services.log.error({ err: error }, 'deliveries wait'));
  }

  /**
   * Sweeps once and works until nothing is left to do but to wait for what happens elsewhere, such as jobs. What runs want to do a
   * little later is waited for, `patience` seconds in all. Resolves also once `signal` is aborted; then `close` finishes what goes on.
   */
  async settle(patience: number, signal: AbortSignal): Promise<void> {
    let left = patience;
    const aborted = new Promise<void>((resolve) => {
      if (signal.aborted) resolve();
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
    await Promise.race([this.sweep(), aborted]);
    while (!signal.aborted) {
      await Promise.race([this.work().then(() => this.controller.idle()), aborted]);
      const wait = this.controller.dueIn;
      if (wait === null || wait > left) return;
      left -= wait;
      await Promise.race([this.#services.clock.sleep(wait * 1_000 + 10), aborted]);
    }
  }

  /** Looks at GitHub for whatever no webhook told, in one process of all that share a store. Never rejects. */
  async sweep(): Promise<void> {
    const { store, log, options } = this.#services;
    const working = this.work();
    try {
      if (await store.lease('sweep', this.#holder, SWEEP_LEASE * options.sweepSeconds)) {
        await Promise.all([this.#redeliver(), this.#missed.sweep(), this.controller.sweep()]);
        while ((await store.forget(REMEMBER_DAYS, FORGOTTEN_AT_ONCE)) === FORGOTTEN_AT_ONCE && !this.#closed);
      }
    } catch (error) {
      log.error({ err: error }, 'a sweep failed');
    }
    await working;
  }

  /** Deliveries that failed since the last look, or since this process began: what was before it, its first sweep finds. */
  async #redeliver(): Promise<void> {
    const { forges, clock, log } = this.#services;
    const now = clock.now();
    try {
      const count = await forges.redeliver(new Set(EVENTS), lookFrom(now, this.#looked));
      if (count > 0) log.info({ count }, 'deliveries that had failed are sent again');
      this.#looked = now.toISOString();
    } catch (error) {
      log.error({ err: error }, 'failed deliveries were not looked for');
    }
  }

  /** Finishes what is being worked on; starts nothing new. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#missed.close();
    clearTimeout(this.#timer);
    this.#hurry();
    await Promise.all([this.#queue.close(), ...this.#sweeps]);
    await this.controller.close();
    await this.#services.store.release('sweep', this.#holder).catch(() => {});
  }

  async #workOn(delivery: ClaimedDelivery): Promise<void> {
    const { store, observer = NOBODY } = this.#services;
    const about = { delivery: delivery.id, event: delivery.event, attempts: delivery.attempts };
    let log = this.#services.log.child(about);
    try {
      const last = delivery.attempts >= MAX_ATTEMPTS;
      const found = await this.#named(delivery);
      const { repository } = named.safeParse(found.payload).data ?? {};
      if (repository) log = log.child({ repository: repository.full_name });
      const parts = { controller: this.controller, comments: this.#comments, schedules: this.#schedules };
      await observer.span('delivery', { ...about, repository: repository?.full_name ?? '' }, () =>
        handleDelivery(found, { ...this.#services, log }, parts, last),
      );
      await store.finish(delivery.id);
      log.debug('delivery done');
    } catch (error) {
      log.error({ err: error }, 'delivery failed');
      if (delivery.attempts >= MAX_ATTEMPTS) await store.finish(delivery.id, messageOf(error));
    }
  }

  /** The delivery with the name its repository has now. */
  async #named(delivery: Delivery): Promise<Delivery> {
    const parsed = named.safeParse(delivery.payload);
    if (!parsed.success) return delivery;
    const { repository } = parsed.data;
    const full_name = await this.#names.current(repository.id, repository.full_name);
    return { ...delivery, payload: { ...parsed.data, repository: { ...repository, full_name } } };
  }
}
