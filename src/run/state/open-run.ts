import type { Logger } from 'pino';
import type { Archive } from '../../archive/archive.ts';
import { reduceEntries } from '../../archive/reduce.ts';
import type { Forge } from '../../github/forge.ts';
import { commandLine } from '../../model/command-line.ts';
import { HuxleyError } from '../../model/error.ts';
import type { ArchiveEvent, JournalEntry } from '../../model/event.ts';
import { accountOf } from '../../model/ids.ts';
import { type AccountLimits, type LimitSettings, limitsOf } from '../../model/limits/account-limits.ts';
import { NOBODY, type Observer } from '../../model/watch/observer.ts';
import type { OrderSigner } from '../../order/signer.ts';
import type { Policy } from '../../search/policies/policy.ts';
import { policyOf } from '../../search/policies.ts';
import type { KeptDocument, RunKey } from '../../store/journal.ts';
import type { Store } from '../../store/store.ts';
import type { Clock } from './clock.ts';
import { DOCUMENTS } from './documents.ts';
import type { ControllerOptions } from './options.ts';
import { RunDocuments } from './run-documents.ts';
import type { RunSpec } from './spec.ts';

export interface RunServices {
  readonly store: Store;
  readonly clock: Clock;
  readonly options: ControllerOptions;
  readonly log: Logger;
  readonly signer: OrderSigner;
  /** Nobody watches where it is left out. */
  readonly observer?: Observer;
  /** What accounts may use of this server; no limits where it is left out. */
  readonly limits?: LimitSettings;
}

/** Records what a command does together with its reply, so that it is never done again for want of one; gives the reply. */
export type Done = (reply: string, ...events: readonly ArchiveEvent[]) => Promise<string>;

/** Events by which a job ends with something to show. */
const RESULTS: ReadonlySet<string> = new Set(['evaluation.done', 'expansion.made', 'expansion.failed']);

/** Entries of a journal taken in before others get their turn. */
const TAKEN_AT_ONCE = 1_000;

/** One run as the controller works on it: its archive in memory, always what its journal says. */
export class OpenRun {
  readonly key: RunKey;
  /** Another one once the App was taken off and installed again. */
  forge: Forge;
  readonly documents: RunDocuments;
  #spec: RunSpec;
  readonly policy: Policy;
  readonly clock: Clock;
  readonly options: ControllerOptions;
  readonly log: Logger;
  readonly signer: OrderSigner;
  readonly store: Store;
  readonly observer: Observer;
  readonly limits: AccountLimits;
  readonly #entries: JournalEntry[] = [];
  #archive: Archive;

  private constructor(
    key: RunKey,
    forge: Forge,
    spec: RunSpec,
    entries: readonly JournalEntry[],
    { store, clock, options, log, signer, observer = NOBODY, limits }: RunServices,
  ) {
    this.key = key;
    this.forge = forge;
    this.#spec = spec;
    this.clock = clock;
    this.options = options;
    this.signer = signer;
    this.log = log.child({ repository: key.repository, run: key.run });
    this.documents = new RunDocuments(store, key);
    this.store = store;
    this.observer = observer;
    this.limits = limitsOf(limits, accountOf(key.repository));
    this.#archive = this.#take(entries)!;
    this.policy = policyOf(this.#archive.settings.policy);
  }

  /** @throws HuxleyError `run.unknown` when there is no such run, or its documents are gone. */
  static async open(key: RunKey, forge: Forge, services: RunServices): Promise<OpenRun> {
    const entries = await services.store.read(key);
    const spec = await new RunDocuments(services.store, key).read(DOCUMENTS.spec);
    if (entries.length > 0 && spec === undefined)
      throw new HuxleyError(
        'run.unknown',
        `Of run ${key.run} of ${key.repository} there is a journal to read and nothing to go on with.`,
        `Rebuild it from GitHub into an empty database with ${commandLine('recover')}.`,
      );
    if (spec === undefined || entries.length === 0)
      throw new HuxleyError(
        'run.unknown',
        `There is no run ${key.run} of ${key.repository}.`,
        `Check its name, or rebuild it from GitHub with ${commandLine('recover')}.`,
      );
    const run = new OpenRun(key, forge, spec, entries.slice(0, TAKEN_AT_ONCE), services);
    for (let from = TAKEN_AT_ONCE; from < entries.length; from += TAKEN_AT_ONCE) {
      await new Promise((resolve) => setImmediate(resolve));
      run.#take(entries.slice(from, from + TAKEN_AT_ONCE));
      run.policy.follow?.(run.archive.search);
    }
    return run;
  }

  get spec(): RunSpec {
    return this.#spec;
  }

  /** Changes what was settled when the run started; only for what people have changed on GitHub since. */
  async amend(change: Partial<RunSpec>): Promise<void> {
    this.#spec = { ...this.#spec, ...change };
    await this.documents.write(DOCUMENTS.spec, this.#spec);
  }

  get archive(): Archive {
    return this.#archive;
  }

  get entries(): readonly JournalEntry[] {
    return this.#entries;
  }

  /** Writes events to the journal, then takes them into the archive. @throws HuxleyError `journal.conflict` */
  async record(...events: readonly ArchiveEvent[]): Promise<void> {
    if (events.length > 0) await this.#append(events);
  }

  /** Like `record`, with a document that is written together with them, or not at all. */
  async recordBeside(document: KeptDocument, ...events: readonly ArchiveEvent[]): Promise<void> {
    await this.#append(events, document);
  }

  async #append(events: readonly ArchiveEvent[], beside?: KeptDocument): Promise<void> {
    const { jobs, spentUSD, ignored } = this.#archive;
    const before = ignored.length;
    this.#take(await this.store.append(this.key, this.#entries.length, events, beside));
    const after = this.#archive;
    const ended = [...jobs.keys()].filter((job) => !after.jobs.has(job));
    const gave = (job: string) =>
      events.some((event) => RESULTS.has(event.type) && 'job' in event && event.job === job);
    const done = ended.filter(gave).length;
    this.observer.recorded({
      ...this.key,
      ordered: [...after.jobs.keys()].filter((job) => !jobs.has(job)).length,
      done,
      lost: ended.length - done + events.filter(({ type }) => type === 'job.retried').length,
      inFlight: after.jobs.size,
      costUSD: after.spentUSD - spentUSD,
    });
    for (const { type } of events) this.log.info({ event: type }, 'recorded');
    for (const why of this.#archive.ignored.slice(before)) this.log.warn({ why }, 'an event changed nothing');
  }

  /** Reads what other processes have written since. */
  async refresh(): Promise<void> {
    this.#take(await this.store.read(this.key, this.#entries.length));
  }

  #take(entries: readonly JournalEntry[]): Archive | null {
    const archive = reduceEntries(this.#archive ?? null, entries);
    for (const entry of entries) this.#entries.push(entry);
    if (archive !== null) this.#archive = archive;
    return archive;
  }
}
