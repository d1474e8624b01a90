import { z } from 'zod';
import { type Archive, findVariant } from '../archive/archive.ts';
import { replay } from '../archive/reduce.ts';
import { transcriptArtifactName } from '../contract/contract.ts';
import type { CommitFacts, Forge, WorkflowRun, WrittenCheck } from '../github/forge.ts';
import { HuxleyError, sentence } from '../model/error.ts';
import type { JournalEntry } from '../model/event.ts';
import type { Sha, VariantId } from '../model/ids.ts';
import { mapAtOnce } from '../model/limits/at-once.ts';
import { parseEvidence } from '../report/evidence.ts';
import { entrySchema } from '../store/event-schema.ts';
import type { RunKey } from '../store/journal.ts';
import type { Store } from '../store/store.ts';
import { DOCUMENTS, type Making } from './state/documents.ts';
import { RunDocuments } from './state/run-documents.ts';
import { branchOf, isMergeBranch, parseBranch, type RunSpec } from './state/spec.ts';
import { parseSpecText } from './state/spec-text.ts';
import { parseProposal, parseTrailers } from './state/trailers.ts';
import { measureDiff } from './variants/measure-diff.ts';
import { branchOfRun, verifyRun } from './work/verify.ts';
import { WORKFLOW, WORKFLOW_PATH } from './work/workflow.ts';

/** What a recovery is reading. */
export type RecoveryStep = 'check runs of commits' | 'variants';

export interface Recovery {
  readonly run: string;
  readonly entries: number;
  /** Branches of variants that no evidence tells of; they were deleted, because the run makes them again. */
  readonly orphans: readonly string[];
}

/** Every run with a branch `huxley/<run>/v0`. */
export async function recoverableRuns(forge: Forge): Promise<readonly string[]> {
  const branches = await forge.branches('huxley/');
  return [...branches.keys()].flatMap((name) => {
    const found = parseBranch(name);
    return found?.variant === 'v0' ? [found.run] : [];
  });
}

/** How many of a run's entries the check runs on GitHub hold: a journal that is shorter has lost what was recorded. */
export async function publishedEntries(forge: Forge, run: string): Promise<number> {
  const commits = await commitsOf(readOnce(forge), run);
  const checks = (await mapAtOnce([...commits], AT_ONCE, (sha) => forge.checks(sha))).flat();
  const ends = checks.flatMap(({ externalId }) => {
    const [, of, end] = /^(.+):\d+-(\d+)$/.exec(externalId) ?? [];
    return of === run ? [Number(end)] : [];
  });
  return Math.max(0, ...ends);
}

/**
 * Rebuilds a run's journal from GitHub alone: its branches, its commits, and the check runs this App wrote on them, which
 * together hold every entry up to the last evidence. Work in flight is ordered again. Broken off, it is begun again: nothing is
 * in the journal before all is read.
 * @throws HuxleyError `journal.conflict` when there is a journal, `recover.*` when GitHub does not hold the run
 */
export async function recoverRun(
  forge: Forge,
  store: Store,
  run: string,
  onProgress: (step: RecoveryStep, done: number, of: number) => void = () => {},
): Promise<Recovery> {
  const each = async <T, U>(step: RecoveryStep, items: readonly T[], act: (item: T) => Promise<U>): Promise<U[]> => {
    let done = 0;
    return mapAtOnce(items, AT_ONCE, async (item) => {
      const result = await act(item);
      onProgress(step, ++done, items.length);
      return result;
    });
  };
  const key = { repository: forge.repository, run };
  // What follows changes GitHub and the documents: nothing of that where there is a journal.
  await mustBeUnknown(store, key);
  const reader = readOnce(forge);
  const commits = await commitsOf(reader, run);
  const checks = (await each('check runs of commits', [...commits], (sha) => forge.checks(sha))).flat();
  // The head of a pull request that was measured is on no branch of the run.
  const measured = measuredHead(checks, run);
  if (measured !== null && !commits.has(measured)) checks.push(...(await forge.checks(measured)));
  const entries = journalIn(checks, run);
  const archive = replay(entries.map(({ event }) => event));
  const documents = new RunDocuments(store, key);
  const spec = specIn(checks, run);
  await documents.write(DOCUMENTS.spec, spec);
  await documents.write(DOCUMENTS.published, entries.length);
  // What may have been said already is looked for before it is said again.
  for (const said of [DOCUMENTS.dashboard, DOCUMENTS.summary]) await documents.write(said, { intended: true });

  const recorded = new Set<string>();
  for (const pull of (await reader.pulls(`huxley/${run}/`)).toSorted((a, b) => a.number - b.number)) {
    const variant = parseBranch(pull.head)?.variant;
    if (variant && !recorded.has(variant)) await documents.write(DOCUMENTS.pull.of(variant), { done: pull.number });
    if (variant) recorded.add(variant);
  }
  const orphans: string[] = [];
  const live: [VariantId, Sha][] = [];
  for (const [branch, head] of await reader.branches(`huxley/${run}/`)) {
    if (isMergeBranch(branch)) continue;
    const id = parseBranch(branch)?.variant;
    if (id === undefined) continue;
    const variant = findVariant(archive, id);
    if (variant?.number === 0) continue;
    if (variant?.state === 'live' && variant.sha) live.push([variant.id, variant.sha]);
    else if (variant?.state !== 'failed' && isOf(run, id, await reader.commit(head))) {
      await forge.deleteBranch(branch);
      await documents.remove(DOCUMENTS.pull.of(id));
      orphans.push(branch);
    }
  }
  await each('variants', live, async ([id, sha]) => {
    await documents.write(DOCUMENTS.making.of(id), await makingOf(reader, sha));
    return id;
  });
  const { outcome } = archive;
  if (outcome?.outcome === 'offered') {
    const head = await forge.branch(branchOf(run, outcome.shipped));
    if (head !== null && !parseTrailers((await forge.commit(head)).message).has('huxley-promotes'))
      await documents.write(DOCUMENTS.release, 'awaiting');
  }
  // Anybody may give a workflow run a title; only those this App started on the default branch tell of its orders.
  const { defaultBranch } = await forge.facts();
  const branches = { defaultBranch, formerBranches: [spec.defaultBranch, ...(spec.formerBranches ?? [])] };
  const sent = (await forge.dispatchedRuns(WORKFLOW, entries[0]!.at)).filter(
    (each) =>
      verifyRun(each, { path: WORKFLOW_PATH, branch: branchOfRun(branches, each), app: forge.appLogin }) === null,
  );
  await documents.write(DOCUMENTS.orphans, orphansAmong(sent, archive));
  await keepTranscripts(forge, documents, entries, sent);
  await store.restore(key, entries);
  return { run, entries: entries.length, orphans };
}

/** @throws HuxleyError `journal.conflict` */
async function mustBeUnknown(store: Store, key: RunKey): Promise<void> {
  if ((await store.read(key, 0, 1)).length === 0) return;
  throw new HuxleyError(
    'journal.conflict',
    `There is a journal of ${key.repository} ${key.run} already. Nothing was changed.`,
    'To rebuild runs from GitHub all the same, stop the App and begin with an empty database: name another one in DATABASE_URL, or move journal.sqlite* away.',
  );
}

/** Whether a branch ends in a commit that Huxley made for this variant. People may have branches there, too. */
function isOf(run: string, variant: VariantId, { message }: CommitFacts): boolean {
  const trailers = parseTrailers(message);
  return trailers.get('huxley-run') === run && trailers.get('huxley-variant') === variant;
}

/** Requests at once: GitHub allows a hundred for everything that an App does. */
const AT_ONCE = 8;

type Reader = Pick<Forge, 'commit' | 'listFiles' | 'readFile' | 'branches' | 'pulls'>;

/** Asks for each list, commit and tree once: a variant's parent is another's. */
function readOnce(forge: Forge): Reader {
  const once = <T>(read: (name: string) => Promise<T>) => {
    const known = new Map<string, Promise<T>>();
    return (name: string) => {
      const value = known.get(name) ?? read(name);
      known.set(name, value);
      return value;
    };
  };
  return {
    commit: once((sha) => forge.commit(sha)),
    listFiles: once((tree) => forge.listFiles(tree)),
    readFile: (path, ref) => forge.readFile(path, ref),
    branches: once((prefix) => forge.branches(prefix)),
    pulls: once((prefix) => forge.pulls(prefix)),
  };
}

async function commitsOf(forge: Reader, run: string): Promise<Set<Sha>> {
  const heads = [
    ...(await forge.branches(`huxley/${run}/`)).values(),
    ...(await forge.pulls(`huxley/${run}/`)).map(({ headSha }) => headSha),
  ];
  const commits = await mapAtOnce([...new Set(heads)], AT_ONCE, async (sha) => {
    let commit = await forge.commit(sha);
    while (madeForMerging(commit)) commit = await forge.commit(commit.parents[0]!);
    return commit.sha;
  });
  // Somebody else's message may say anything, so the evidence may be on a head all the same.
  return new Set([...commits, ...heads]);
}

/** Whether a commit carries a variant to the default branch, or the default branch to a variant: its evidence is further down. */
function madeForMerging({ message }: CommitFacts): boolean {
  const trailers = parseTrailers(message);
  return trailers.has('huxley-promotes') || trailers.has('huxley-merges');
}

function journalIn(checks: readonly WrittenCheck[], run: string): JournalEntry[] {
  const bySeq = new Map<number, JournalEntry>();
  for (const { externalId, text } of checks) {
    if (!externalId.startsWith(`${run}:`)) continue;
    for (const raw of parseEvidence(text)) {
      const parsed = entrySchema.safeParse(raw);
      if (!parsed.success) throw damaged(run, `${externalId}: ${z.prettifyError(parsed.error)}`);
      bySeq.set(parsed.data.seq, parsed.data);
    }
  }
  const entries: JournalEntry[] = [];
  for (let entry = bySeq.get(1); entry; entry = bySeq.get(entry.seq + 1)) entries.push(entry);
  if (entries.length === 0) throw damaged(run, 'its first entry is missing');
  if (entries.length < bySeq.size) throw damaged(run, `entry ${entries.length + 1} is missing, later ones are there`);
  return entries;
}

function measuredHead(checks: readonly WrittenCheck[], run: string): Sha | null {
  const first = checks.find(({ externalId }) => externalId === `${run}:1-1`);
  const parsed = entrySchema.safeParse(first && parseEvidence(first.text)[0]);
  const event = parsed.data?.event;
  return (event?.type === 'run.started' && event.measure?.head.sha) || null;
}

function specIn(checks: readonly WrittenCheck[], run: string): RunSpec {
  const first = checks.find(({ externalId }) => externalId === `${run}:1-1`);
  if (first === undefined) throw damaged(run, 'its first check run is missing');
  return parseSpecText(first.summary);
}

function damaged(run: string, what: string): HuxleyError {
  return new HuxleyError(
    'recover.incomplete',
    `GitHub does not hold the whole of run ${run}: ${sentence(what)}`,
    'Restore the branches that were deleted (GitHub offers it on their pull requests), or start a new run.',
  );
}

/** What a variant's pull request tells, from its commit. */
async function makingOf(forge: Reader, sha: Sha): Promise<Making> {
  const { tree, parents, message } = await forge.commit(sha);
  const before = new Map(
    (await forge.listFiles((await forge.commit(parents[0]!)).tree)).map((file) => [file.path, file.sha]),
  );
  const after = new Map((await forge.listFiles(tree)).map((file) => [file.path, file.sha]));
  const changed = [...new Set([...before.keys(), ...after.keys()])].filter(
    (path) => before.get(path) !== after.get(path),
  );
  const trailers = parseTrailers(message);
  const [head = ''] = message.split('\n');
  const proposal = parseProposal(message);
  return {
    sha,
    tree,
    title: head.replace(/^v\d+: /, ''),
    diagnosis: proposal === '' ? null : { summary: 'The diagnosis itself was not kept.', proposal },
    ...(await measureDiff(forge, parents[0]!, sha, changed)),
    tasks: trailers.get('huxley-tasks')?.split(', ') ?? [],
    donor: trailers.get('huxley-donor') ?? null,
    checkPassed: true,
  };
}

/** How often orders were sent of each job that the journal does not know or has in flight. */
function orphansAmong(sent: readonly WorkflowRun[], { settings, jobs, search }: Archive): Record<string, number> {
  const known = new Set(search.variants.flatMap((variant) => variant?.jobs ?? []));
  const orphans: Record<string, number> = {};
  for (const { title } of sent) {
    const job = title.split(' ').find((word) => word.startsWith(`${settings.run}-`));
    if (job !== undefined && (jobs.has(job) || !known.has(job))) orphans[job] = (orphans[job] ?? 0) + 1;
  }
  return orphans;
}

async function keepTranscripts(
  forge: Forge,
  documents: RunDocuments,
  entries: readonly JournalEntry[],
  sent: readonly WorkflowRun[],
): Promise<void> {
  const jobs = new Set(
    entries.flatMap(({ event }) => (event.type === 'evaluation.done' && event.split === 'search' ? [event.job] : [])),
  );
  await mapAtOnce(sent, AT_ONCE, async (run) => {
    const job = run.title.split(' ').find((word) => jobs.has(word));
    if (job === undefined || run.conclusion !== 'success') return;
    const name = transcriptArtifactName(job);
    const artifact = (await forge.artifacts(run.id)).find((each) => each.name === name && !each.expired);
    if (artifact?.digest)
      await documents.write(DOCUMENTS.transcript.of(job), {
        workflowRun: run.id,
        artifact: name,
        digest: artifact.digest,
      });
  });
}
