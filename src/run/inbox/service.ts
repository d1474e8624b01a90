import { z } from 'zod';
import { messageOf } from '../../model/error.ts';
import type { Delivery } from '../../store/store.ts';
import { Controller, type ControllerServices } from '../loop/controller.ts';
import { REPOSITORY_DOCUMENTS } from '../state/documents.ts';
import { RunDocuments } from '../state/run-documents.ts';
import { Comments, NO_RUN } from './comments.ts';
import { EVENTS, handleDelivery } from './deliveries.ts';
import { Names } from './names.ts';

/** Deliveries worked on at once, and how often one is tried. */
const BATCH = 64;
const CLAIM_SECONDS = 120;
const MAX_ATTEMPTS = 5;
/** Redeliveries of what was done are told apart for so many days. */
const REMEMBER_DAYS = 7;
/** A sweep looks for comments from so long before the last one, because clocks differ. */
const OVERLAP_MS = 120_000;

const named = z.looseObject({ repository: z.looseObject({ id: z.int(), full_name: z.string() }) });

/** The App without its transport: takes deliveries, works on them afterwards, and sweeps for what never arrived. */
export class Service {
  readonly controller: Controller;
  readonly #services: ControllerServices;
  readonly #comments: Comments;
  readonly #names: Names;
  #working: Promise<void> = Promise.resolve();
  #sweeping: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(services: ControllerServices) {
    this.#services = services;
    this.controller = new Controller(services);
    this.#comments = new Comments(services, this.controller);
    this.#names = new Names(services, this.controller);
  }

  /** Keeps a delivery, then lets it be worked on; resolves once it is kept. */
  async receive(delivery: Delivery): Promise<void> {
    if (!(EVENTS as readonly string[]).includes(delivery.event)) return;
    if (await this.#services.store.receive(delivery)) void this.work();
  }

  /** Takes up what an earlier process left, and sweeps from now on. */
  start(): void {
    const loop = async () => {
      this.#sweeping = this.sweep();
      await this.#sweeping;
      if (!this.#closed) this.#timer = setTimeout(loop, this.#services.options.sweepSeconds * 1_000);
    };
    void loop();
  }

  /** Works on every delivery that waits; resolves when none does. */
  work(): Promise<void> {
    this.#working = this.#working
      .then(() => this.#drain())
      .catch((error) => this.#services.log.error({ err: error }, 'deliveries wait'));
    return this.#working;
  }

  /** Looks at GitHub for whatever no webhook told. Never rejects. */
  async sweep(): Promise<void> {
    const { store, log } = this.#services;
    try {
      await this.work();
      const names = await this.#names.list();
      const unfinished = new Set((await this.controller.unfinished()).map(({ repository }) => repository));
      await this.#names.find([...unfinished].filter((repository) => !names.includes(repository)));
      for (const repository of names) {
        if (this.#closed) return;
        // What cannot be read says so in the log, and keeps no other repository waiting.
        await this.#sweepComments(repository).catch((error) =>
          log.error({ repository, err: error }, 'a repository was not swept'),
        );
      }
    } catch (error) {
      log.error({ err: error }, 'repositories were not swept');
    }
    try {
      if (this.#closed) return;
      await this.controller.sweep();
      await store.forget(REMEMBER_DAYS);
    } catch (error) {
      log.error({ err: error }, 'a sweep failed');
    }
  }

  /** Finishes what is being worked on; starts nothing new. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    await Promise.all([this.#working, this.#sweeping]);
    await this.controller.close();
  }

  async #drain(): Promise<void> {
    while (!this.#closed) {
      const claimed = await this.#services.store.claim(BATCH, CLAIM_SECONDS);
      if (claimed.length === 0) return;
      await Promise.all(claimed.map((delivery) => this.#workOn(delivery)));
    }
  }

  async #workOn(delivery: Delivery & { readonly attempts: number }): Promise<void> {
    const { store, log } = this.#services;
    const about = { delivery: delivery.id, event: delivery.event, attempts: delivery.attempts };
    try {
      const last = delivery.attempts >= MAX_ATTEMPTS;
      await handleDelivery(await this.#named(delivery), this.#services, this.controller, this.#comments, last);
      await store.finish(delivery.id);
      log.debug(about, 'delivery done');
    } catch (error) {
      log.error({ ...about, err: error }, 'delivery failed');
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

  async #sweepComments(repository: string): Promise<void> {
    const { store, forges, clock, log } = this.#services;
    const documents = new RunDocuments(store, { repository, run: NO_RUN });
    const now = clock.now();
    const since = await documents.read(REPOSITORY_DOCUMENTS.commentsSince);
    if (since !== undefined) {
      const forge = await forges.forge(repository);
      // Never later than now: the clock may have been set back since.
      const from = new Date(Math.min(Date.parse(since), now.getTime()) - OVERLAP_MS).toISOString();
      for (const comment of await forge.commentsSince(from))
        await this.#comments
          .handle(repository, comment)
          .catch((error) => log.error({ repository, comment: comment.id, err: error }, 'a comment was not answered'));
    }
    await documents.write(REPOSITORY_DOCUMENTS.commentsSince, now.toISOString());
  }
}
