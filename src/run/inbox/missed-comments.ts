import { accountOf } from '../../model/ids.ts';
import { mapAtOnce } from '../../model/limits/at-once.ts';
import { RUN_LABEL, startByLabel } from '../begin/by-label.ts';
import type { Schedules } from '../begin/schedules.ts';
import { noteReach } from '../limits/reach.ts';
import type { Controller, ControllerServices } from '../loop/controller.ts';
import { lookFrom } from '../state/clock.ts';
import { NO_RUN, REPOSITORY_DOCUMENTS } from '../state/documents.ts';
import { RunDocuments } from '../state/run-documents.ts';
import type { Comments } from './comments.ts';
import type { Names } from './names.ts';

/** How long what could not be answered is looked at again. */
const AGAIN_MS = 60 * 60 * 1_000;
/** Accounts swept at once. */
const ACCOUNTS_AT_ONCE = 16;

/**
 * Looks on GitHub for comments and labels that no webhook told, and at schedules: at each sweep where a run goes on or is due, seldom elsewhere. What one account's
 * limits hold up keeps no other from being swept.
 */
export class MissedComments {
  readonly #services: ControllerServices;
  readonly #controller: Controller;
  readonly #comments: Comments;
  readonly #names: Names;
  readonly #schedules: Schedules;
  /** Every repository in reach, and when they were listed, by the monotonic clock. */
  #listed: { readonly names: readonly string[]; readonly at: number } | undefined;
  /** Repositories with unfinished runs that were not in reach when they were listed. */
  #lost: ReadonlySet<string> = new Set();
  /** When a repository was last looked at, by the monotonic clock. */
  readonly #seen = new Map<string, number>();
  /** Accounts that are being swept. */
  readonly #busy = new Set<string>();
  #closed = false;

  constructor(
    services: ControllerServices,
    controller: Controller,
    comments: Comments,
    names: Names,
    schedules: Schedules,
  ) {
    this.#services = services;
    this.#controller = controller;
    this.#comments = comments;
    this.#names = names;
    this.#schedules = schedules;
  }

  /** Looks at what is due; accounts that an earlier sweep is still at are left to it. Never rejects. */
  async sweep(): Promise<void> {
    try {
      const unfinished = new Set((await this.#controller.unfinished()).map(({ repository }) => repository));
      const names = await this.#list(unfinished);
      const scheduled = new Set<string>();
      for (const name of names) if (await this.#schedules.isDue(name)) scheduled.add(name);
      const isWanted = (name: string) =>
        unfinished.has(name) || scheduled.has(name) || this.#isDue(this.#seen.get(name));
      const wanted = names.filter(isWanted);
      const due = [...Map.groupBy(wanted, accountOf)].filter(([account]) => !this.#busy.has(account));
      await mapAtOnce(due, ACCOUNTS_AT_ONCE, ([account, repositories]) =>
        this.#sweepAccount(account, repositories, scheduled),
      );
    } catch (error) {
      this.#services.log.error({ err: error }, 'repositories were not swept');
    }
  }

  /** Starts nothing more. */
  close(): void {
    this.#closed = true;
  }

  #isDue(at = Number.NEGATIVE_INFINITY): boolean {
    const { clock, options } = this.#services;
    return clock.monotonic() - at >= options.idleSeconds * 1_000;
  }

  /** Repositories in reach, listed again when that is long ago or something has been lost since. */
  async #list(unfinished: ReadonlySet<string>): Promise<readonly string[]> {
    const lostOf = (names: readonly string[]) => new Set([...unfinished].filter((name) => !names.includes(name)));
    let { names = [] } = this.#listed ?? {};
    if (this.#isDue(this.#listed?.at) || [...lostOf(names)].some((name) => !this.#lost.has(name))) {
      names = await this.#names.list();
      this.#listed = { names, at: this.#services.clock.monotonic() };
      this.#lost = lostOf(names);
    }
    await this.#names.find([...lostOf(names)]);
    return names;
  }

  async #sweepAccount(account: string, repositories: readonly string[], scheduled: ReadonlySet<string>): Promise<void> {
    this.#busy.add(account);
    try {
      for (const repository of repositories) {
        if (this.#closed) return;
        try {
          await this.#sweepRepository(repository);
          if (scheduled.has(repository)) await this.#schedules.tend(repository);
          this.#seen.set(repository, this.#services.clock.monotonic());
        } catch (error) {
          // What cannot be read says so in the log, and keeps no other repository waiting. It may have another name now.
          this.#listed = undefined;
          this.#services.log.error({ repository, err: error }, 'a repository was not swept');
        }
      }
    } finally {
      this.#busy.delete(account);
    }
  }

  async #sweepRepository(repository: string): Promise<void> {
    const { store, forges, clock, log } = this.#services;
    const documents = new RunDocuments(store, { repository, run: NO_RUN });
    const now = clock.now();
    const since = await documents.read(REPOSITORY_DOCUMENTS.commentsSince);
    if (since !== undefined) {
      const forge = await forges.forge(repository);
      const from = lookFrom(now, since);
      let failed = false;
      const failedOn = (about: object, message: string) => (error: unknown) => {
        failed = true;
        log.error({ repository, ...about, err: error }, message);
      };
      const comments = await forge.commentsSince(from.toISOString());
      await noteReach(this.#services, repository, true);
      for (const comment of comments)
        await this.#comments
          .handle(repository, comment)
          .catch(failedOn({ comment: comment.id }, 'a comment was not answered'));
      for (const issue of await forge.labelled(RUN_LABEL, from.toISOString()))
        await startByLabel(this.#services, this.#controller, repository, issue, false, from).catch(
          failedOn({ issue }, 'a label was not answered'),
        );
      // What failed is looked at again, for a while.
      if (failed && now.getTime() - Date.parse(since) < AGAIN_MS) return;
    }
    await documents.write(REPOSITORY_DOCUMENTS.commentsSince, now.toISOString());
  }
}
