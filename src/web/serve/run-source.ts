import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { HuxleyError } from '../../model/error.ts';
import type { JournalEntry } from '../../model/event.ts';
import type { JobId, TaskId, VariantId } from '../../model/ids.ts';
import { DOCUMENTS } from '../../run/state/documents.ts';
import type { RunDocuments } from '../../run/state/run-documents.ts';
import type { RunKey } from '../../store/journal.ts';
import type { Store } from '../../store/store.ts';
import { type DocumentSource, runDocument } from '../document/build.ts';
import type { RunDocument, RunsDocument, Transcript } from '../document/document.ts';
import { type RunFacts, runFacts, runsDocument } from '../document/runs.ts';
import type { Attachments } from './attachments.ts';

/** JSON as it is sent. */
export interface Packed {
  readonly gzipped: Buffer;
  readonly etag: string;
}

const zipped = promisify(gzip);

export async function packed(value: unknown): Promise<Packed> {
  const text = JSON.stringify(value);
  const etag = `"${createHash('sha256').update(text).digest('base64url').slice(0, 27)}"`;
  return { gzipped: await zipped(text, { level: 5 }), etag };
}

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
  readonly runs?: () => Promise<readonly RunFacts[]>;
}

/** Share of time that making documents may take. */
const SHARE = 0.2;

/** One run as pages ask for it. Its journal is read on from where it was left, and its document made anew when that has grown, not too often. */
export class RunSource {
  readonly #spec: RunSourceSpec;
  readonly #entries: JournalEntry[] = [];
  #reading: Promise<void> = Promise.resolve();
  #made: { readonly document: RunDocument; readonly seq: number; readonly until: number } | undefined;
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
        this.#entries.push(...(await this.#spec.read(this.#entries.length)));
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
  async document(): Promise<RunDocument> {
    const seq = await this.seq();
    const now = performance.now();
    if (this.#made !== undefined && (this.#made.seq === seq || now < this.#made.until)) return this.#made.document;
    const beside = (await this.#spec.beside?.()) ?? {};
    const { key, url, attachments } = this.#spec;
    const began = performance.now();
    const entries = this.#entries.slice(0, seq);
    const document = runDocument({
      repository: key.repository,
      url,
      entries,
      has: attachments.has,
      now: new Date(),
      ...beside,
    });
    const took = performance.now() - began;
    this.#made = { document, seq, until: performance.now() + took / SHARE };
    return document;
  }

  async packed(): Promise<Packed> {
    const document = await this.document();
    if (this.#packed?.of !== document) this.#packed = { of: document, sent: packed(document) };
    return this.#packed!.sent;
  }

  async runs(): Promise<RunsDocument> {
    await this.seq();
    const facts = (await this.#spec.runs?.()) ?? [runFacts(this.#entries, new Date())];
    return runsDocument(this.key.repository, this.#spec.url, facts);
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
const told = new WeakMap<Store, Map<string, { readonly seq: number; readonly facts: RunFacts }>>();

async function allRuns(store: Store, repository: string): Promise<RunFacts[]> {
  const known = told.get(store) ?? new Map();
  told.set(store, known);
  const found: RunFacts[] = [];
  for (const key of await store.runs(repository)) {
    const name = `${key.repository} ${key.run}`;
    const before = known.get(name);
    if (before !== undefined && (await store.read(key, before.seq, 1)).length === 0) {
      found.push(before.facts);
      continue;
    }
    const entries = await store.read(key);
    const facts = runFacts(entries, new Date());
    known.set(name, { seq: entries.length, facts });
    found.push(facts);
  }
  return found;
}
