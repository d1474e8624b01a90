import { randomBytes } from 'node:crypto';
import { cellOutcome, findVariant, type Job, lineage } from '../../archive/archive.ts';
import { type Commit, commitOf, configurationCommit, parentOf } from '../../archive/source.ts';
import type { Configuration } from '../../config/schema.ts';
import { CONTRACT_VERSION, type EvidenceRef, type IssuedOrder } from '../../contract/contract.ts';
import { recall } from '../../memory/memory.ts';
import { ROOT, type TaskId, type VariantId, variantNumber } from '../../model/ids.ts';
import { DOCUMENTS } from '../state/documents.ts';
import type { OpenRun } from '../state/open-run.ts';
import { earlierProposals } from './earlier-proposals.ts';

/** Seconds for grading one task once, and for checking out, starting and reporting, on top of what the agent may take. */
const GRADING_SECONDS = 120;
const SETUP_SECONDS = 600;
/** Ids of tasks in a preflight's order. */
const MAX_TASK_CHARACTERS = 40_000;
/** GitHub's own runners end a job after six hours. */
const MAX_JOB_SECONDS = 6 * 3_600;

/** Seconds that a worker may take from when its order is sent. */
export function secondsFor(
  kind: IssuedOrder['kind'],
  { limits }: Pick<Configuration, 'limits'>,
  tasks = 1,
  gradings = 1,
): number {
  // Diagnosing, modifying, the first two once more where a proposal is sent back, checking.
  const rounds = { evaluate: tasks, expand: 5, preflight: 1 }[kind];
  return Math.min(MAX_JOB_SECONDS, SETUP_SECONDS + rounds * (limits.taskMinutes * 60 + GRADING_SECONDS * gradings));
}

/** When an order was built, in milliseconds. */
export function builtAt({ spec }: OpenRun, order: IssuedOrder): number {
  const { tasks, gradings } = order.kind === 'evaluate' ? order : { tasks: [''], gradings: 1 };
  return Date.parse(order.deadline) - 1_000 * secondsFor(order.kind, spec.configuration, tasks.length, gradings);
}

/** Whether a worker would still find half the time that it may take. */
export function leavesTime(run: OpenRun, order: IssuedOrder): boolean {
  return 2 * run.clock.now().getTime() < builtAt(run, order) + Date.parse(order.deadline);
}

/** The order for a job in flight, with a fresh nonce. */
export async function buildOrder(run: OpenRun, job: Job): Promise<IssuedOrder> {
  const { id } = await run.forge.facts();
  return job.kind === 'evaluate' ? evaluationOrder(run, job, id) : expansionOrder(run, job, id);
}

/** The order to look whether the run can do its work at all. */
export async function buildPreflight(run: OpenRun): Promise<IssuedOrder> {
  const { id } = await run.forge.facts();
  const { tasks, heldOut } = run.archive.settings;
  const all = [...tasks, ...heldOut].sort();
  const job = { job: `${run.key.run}-preflight`, kind: 'preflight' } as const;
  return {
    ...base(run, job, id, ROOT, commitOf(run.archive, ROOT), 1),
    kind: 'preflight',
    // An input holds 65,535 characters. Without ids the suite's digest says as much.
    tasks: JSON.stringify(all).length < MAX_TASK_CHARACTERS ? all : [],
  };
}

function evaluationOrder(run: OpenRun, job: Job, repository: number): IssuedOrder {
  const { variant, split, tasks } = job;
  const { comparison } = run.archive;
  const repeated = split === 'heldout' && comparison !== null;
  const commit = repeated ? comparison[variant === ROOT ? 'base' : 'merged'] : commitOf(run.archive, variant);
  const gradings = run.archive.settings.calibrate?.gradings ?? 1;
  return {
    ...base(run, job, repository, variant, commit, tasks.length, gradings),
    kind: 'evaluate',
    split,
    tasks: [...tasks],
    ...(gradings === 1 ? {} : { gradings }),
  };
}

async function expansionOrder(run: OpenRun, job: Job, repository: number): Promise<IssuedOrder> {
  const { variant } = job;
  const { operator, birth } = findVariant(run.archive, variant)!;
  const { tasks, donor, adopted, slim } = birth!;
  const parent = parentOf(run.archive, variant);
  const common = { ...base(run, job, repository, parent, commitOf(run.archive, parent), 1), kind: 'expand' } as const;
  if (adopted) {
    const { base, head } = adopted;
    return { ...common, operator: { name: 'adoption', child: variant, base, head }, tasks: [], evidence: [] };
  }
  if (slim) {
    const shaOf = (id: VariantId) => commitOf(run.archive, id).sha;
    const drop = slim.drop.map((id) => ({ variant: id, base: shaOf(parentOf(run.archive, id)), head: shaOf(id) }));
    return { ...common, operator: { name: 'slim', child: variant, drop }, tasks: [], evidence: [] };
  }
  const guidance = run.archive.guidance.flatMap(({ text, dropped }) => (dropped ? [] : [text]));
  const proposed = recall(run.archive, variantNumber(parent), await earlierProposals(run));
  return {
    ...common,
    operator: { name: operator!, child: variant, donor: donor && { variant: donor, ...commitOf(run.archive, donor) } },
    tasks: [...tasks],
    evidence: await evidenceFor(run, parent, donor, tasks),
    ...(birth!.models && { models: birth!.models }),
    ...(proposed.length > 0 && { proposed: [...proposed] }),
    ...(birth!.idea && { idea: birth!.idea.text }),
    ...(guidance.length > 0 && { guidance }),
  };
}

function base(
  run: OpenRun,
  { job: jobId, kind }: { readonly job: string; readonly kind: IssuedOrder['kind'] },
  repository: number,
  variant: VariantId,
  commit: Commit,
  tasks: number,
  gradings = 1,
) {
  const seconds = secondsFor(kind, run.spec.configuration, tasks, gradings);
  return {
    v: CONTRACT_VERSION,
    jobId,
    nonce: randomBytes(16).toString('hex'),
    repository,
    app: run.forge.appLogin,
    configuration: configurationCommit(run.archive.settings),
    run: run.key.run,
    variant,
    ...commit,
    suite: run.spec.suiteDigest,
    deadline: new Date(run.clock.now().getTime() + seconds * 1_000).toISOString(),
  } as const;
}

/**
 * The transcripts on these tasks that were kept: for each task the parent's own, or its nearest ancestor's, and the
 * donor's.
 */
async function evidenceFor(
  run: OpenRun,
  parent: VariantId,
  donor: VariantId | null,
  tasks: readonly TaskId[],
): Promise<EvidenceRef[]> {
  const transcripts = await run.documents.list(DOCUMENTS.transcript);
  const kept = new Map<string, EvidenceRef>();
  const { search } = run.archive;
  for (let fact = search.lastFact; fact !== null; fact = fact.before) {
    const transcript = fact.kind === 'result' ? transcripts.get(fact.job) : undefined;
    const task = search.tasks[fact.task];
    const variant = search.variants[fact.variant];
    if (!transcript || task === undefined || !variant) continue;
    const outcome = cellOutcome(variant.cells[fact.task])!;
    // Of a pair that was measured more than once, the attempt that its cell speaks of.
    if (fact.resolved !== (outcome === 'resolved')) continue;
    kept.set(`${variant.id} ${task}`, { variant: variant.id, task, outcome, ...transcript });
  }
  const kin = lineage(search, variantNumber(parent)).map(({ id }) => id);
  const first = (variants: readonly VariantId[], task: TaskId) =>
    variants.flatMap((variant) => kept.get(`${variant} ${task}`) ?? []).slice(0, 1);
  return tasks.flatMap((task) => [...first(kin, task), ...(donor === null ? [] : first([donor], task))]).slice(0, 40);
}
