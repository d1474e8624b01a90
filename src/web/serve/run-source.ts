import { HuxleyError } from '../../model/error.ts';
import type { JournalEntry } from '../../model/event.ts';
import type { JobId, RunId, TaskId, VariantId } from '../../model/ids.ts';
import { DOCUMENTS } from '../../run/state/documents.ts';
import type { RunDocuments } from '../../run/state/run-documents.ts';
import { isDamage } from '../../store/damage.ts';
import type { RunKey } from '../../store/journal.ts';
import type { Store } from '../../store/store.ts';
import { type DocumentSource, runDocument } from '../document/build.ts';
import type { RunDocument, RunsDocument, Transcript } from '../document/document.ts';
import { type RunFacts, runFacts, runsDocument } from '../document/runs.ts';
import type { Attachments } from './attachments.ts';
import { type Packed, packed } from './packed.ts';

/** Where a run is read from. */
export interface RunSourceSpec {
  readonly key: RunKey;
  /** Where the repository is on the web; null where that is not known. */
  readonly url: string | null;
  readonly attachments: Attachments;
  /** Entries with `seq > after`, in order. */
  readonly read: (after: number) => Promise<readonly JournalEntry[]>;
  /** What is known beside the journal. */
  readonly beside?: () => Promise<Pick<DocumentSource, 'attention' | 'pulls' | 'workflowRuns'>>;
  /** The runs of its repository; itself alone by default. */
  readonly runs?: () => Promise<RepositoryRuns>;
}

interface RepositoryRuns {
  readonly facts: readonly RunFacts[];
  readonly unreadable: RunsDocument['unreadable'];
}

/** Share of time that making documents may take. */
const SHARE = 0.2;
const RUNS_MS = 2_000;
/** What is known beside the journal may change without it. */
const BESIDE_MS = 20_000;

/** What a function gives, and until when that may stand. */
function timed<T>(work: () => T): { readonly value: T; readonly until: number } {
  const began = performance.now();
  const value = work();
  const now = performance.now();
  return { value, until: now + (now - began) / SHARE };
}

/** One run as pages ask for it. Its journal is read on from where it was left, and its document made anew when that has grown, not too often. */
export class RunSource {
  readonly #spec: RunSourceSpec;
  readonly #entries: JournalEntry[] = [];
  #reading: Promise<void> = Promise.resolve();
  #made:
    | { readonly document: RunDocument; readonly seq: number; readonly until: number; readonly at: number }
    | undefined;
  #making: Promise<RunDocument> | undefined;
  #runs: { readonly document: Promise<RunsDocument>; until: number } | undefined;
  #packed: { readonly of: RunDocument; readonly sent: Promise<Packed> } | undefined;

  constructor(spec: RunSourceSpec) {
    this.#spec = spec;
  }

  get key(): RunKey {
    return this.#spec.key;
  }

  /** Number of the last entry there is now. */
  async seq(): Promise<number> {
    this.#reading = this.#reading
      .catch(() => {})
      .then(async () => {
        for (const entry of await this.#spec.read(this.#entries.length)) this.#entries.push(entry);
      });
    await this.#reading;
    return this.#entries.length;
  }

  /** Number of the last entry that a document asked for now would have. */
  async fresh(): Promise<number> {
    const seq = await this.seq();
    return this.#made !== undefined && performance.now() < this.#made.until ? this.#made.seq : seq;
  }

  /** @throws HuxleyError `document.empty` */
  document(): Promise<RunDocument> {
    this.#making ??= this.#make().finally(() => {
      this.#making = undefined;
    });
    return this.#making;
  }

  async #make(): Promise<RunDocument> {
    const seq = await this.seq();
    const made = this.#made;
    const now = performance.now();
    if (made !== undefined && (now < made.until || (made.seq === seq && now < made.at + BESIDE_MS)))
      return made.document;
    const beside = (await this.#spec.beside?.()) ?? {};
    const { key, url, attachments } = this.#spec;
    const entries = this.#entries.slice(0, seq);
    const about = { repository: key.repository, url, has: attachments.has, now: new Date() };
    const { value: document, until } = timed(() => runDocument({ ...about, entries, ...beside }));
    this.#made = { document, seq, until, at: now };
    return document;
  }

  async packed(): Promise<Packed> {
    const document = await this.document();
    if (this.#packed?.of !== document) this.#packed = { of: document, sent: packed(JSON.stringify(document)) };
    return this.#packed!.sent;
  }

  /** The runs of its repository, as they were a few seconds ago at most where they are short. */
  runs(): Promise<RunsDocument> {
    const known = this.#runs;
    if (known !== undefined && performance.now() < known.until) return known.document;
    const began = performance.now();
    const document = this.#makeRuns();
    const made = { document, until: Number.POSITIVE_INFINITY };
    this.#runs = made;
    document.then(
      () => {
        made.until = performance.now() + RUNS_MS + (performance.now() - began) / SHARE;
      },
      () => {
        this.#runs = undefined;
      },
    );
    return document;
  }

  async #makeRuns(): Promise<RunsDocument> {
    await this.seq();
    const { facts, unreadable } = (await this.#spec.runs?.()) ?? {
      facts: [runFacts(this.#entries, new Date())],
      unreadable: [],
    };
    return runsDocument(this.key.repository, this.#spec.url, facts, unreadable);
  }

  /** @throws HuxleyError `web.no-diff` */
  async diff(variant: VariantId): Promise<string> {
    const { variants } = await this.document();
    const found = variants.find((each) => each.variant === variant);
    const parent = variants.find(({ number }) => number === found?.from);
    if (found?.sha && parent?.sha) return this.#spec.attachments.diff(variant, parent.sha, found.sha);
    throw new HuxleyError(
      'web.no-diff',
      `${variant} has no commit, or no parent's.`,
      'Look at a variant that was made.',
    );
  }

  /** @throws HuxleyError `web.no-transcript`: held-out tasks have none, whatever was asked for */
  async transcript(job: JobId, task: TaskId): Promise<Transcript> {
    const { tasks, evaluations } = await this.document();
    const place = tasks.findIndex((each) => each.task === task && each.split === 'search');
    const known = place >= 0 && evaluations.job.some((each, at) => each === job && evaluations.task[at] === place);
    if (known) return this.#spec.attachments.transcript(job, task);
    throw new HuxleyError(
      'web.no-transcript',
      'There is no such evaluation of a search task.',
      'Follow a link of the page.',
    );
  }
}

/** A run that a store keeps, with what its documents say. */
export function storedRun(
  store: Store,
  key: RunKey,
  documents: RunDocuments,
  rest: Pick<RunSourceSpec, 'url' | 'attachments'>,
): RunSource {
  const { url } = rest;
  return new RunSource({
    ...rest,
    key,
    read: (after) => store.read(key, after),
    async beside() {
      const [pulls, jobs, attention] = await Promise.all([
        documents.list(DOCUMENTS.pull),
        documents.list(DOCUMENTS.job),
        documents.read(DOCUMENTS.attention),
      ]);
      return {
        attention: Object.values(attention ?? {}),
        pulls: new Map(
          [...pulls].flatMap(([id, pull]) => ('done' in pull ? [[id as VariantId, pull.done] as const] : [])),
        ),
        workflowRuns: new Map(
          [...jobs].flatMap(([job, record]) =>
            record.state === 'running' && url !== null
              ? [[job, `${url}/actions/runs/${record.workflowRun}`] as const]
              : [],
          ),
        ),
      };
    },
    runs: () => allRuns(store, key.repository),
  });
}

/** What was told of a run's journal, by its length: one that has ended is not read again. */
const told = new WeakMap<Store, Map<string, Told>>();

interface Told {
  readonly seq: number;
  readonly facts: RunFacts;
}

async function allRuns(store: Store, repository: string): Promise<RepositoryRuns> {
  const known = told.get(store) ?? new Map<string, Told>();
  told.set(store, known);
  const facts: RunFacts[] = [];
  const unreadable: { run: RunId; why: string }[] = [];
  for (const key of await store.runs(repository))
    try {
      facts.push(await factsOf(store, key, known));
    } catch (error) {
      if (!isDamage(error)) throw error;
      unreadable.push({ run: key.run, why: error.message });
    }
  return { facts, unreadable };
}

async function factsOf(store: Store, key: RunKey, known: Map<string, Told>): Promise<RunFacts> {
  const name = `${key.repository} ${key.run}`;
  const before = known.get(name);
  if (before !== undefined && (await store.read(key, before.seq, 1)).length === 0) return before.facts;
  const entries = await store.read(key);
  const facts = runFacts(entries, new Date());
  known.set(name, { seq: entries.length, facts });
  return facts;
}
