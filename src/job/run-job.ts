import type { Suite } from '../benchmark/suite.ts';
import {
  CONTRACT_VERSION,
  type EvaluateOrder,
  type EvaluateResult,
  type ExpandOrder,
  type ExpandResult,
  LATE,
  type Order,
  type Result,
  type Usage,
} from '../contract/contract.ts';
import { namesOf } from '../contract/settings.ts';
import { explainError } from '../environment/system-trouble.ts';
import { type GatewayOptions, startGateway } from '../gateway/gateway.ts';
import { HuxleyError } from '../model/error.ts';
import { isOutcome } from '../model/verdict.ts';
import { diffTrees } from '../operator/patch/change.ts';
import { validatePatch } from '../operator/patch/validate.ts';
import type { Trajectory } from '../operator/trajectory.ts';
import type { Sandbox } from '../sandbox/port.ts';
import type { JobContext } from './attempt/job-context.ts';
import type { Endpoints } from './endpoints.ts';
import { evaluate } from './evaluate.ts';
import { expand, patchRules } from './expand.ts';
import { fingerprintsOf } from './fingerprints.ts';
import { layerOf } from './layer.ts';
import type { ResultFolder } from './result-folder.ts';
import { linksOf, readTree, treeOf } from './tree/git-tree.ts';
import { type Reverted, revertEdits } from './tree/revert.ts';
import { visibleTree } from './tree/visible-tree.ts';
import { withTree } from './tree/write-tree.ts';

/** What a job needs of the machine it runs on. Everything is opened when it is needed, so that any failure becomes a result. */
export interface JobMachine {
  /** The endpoints of these models, or a recording of one, and how the gateway treats them. */
  readonly upstream: (models: readonly string[]) => Endpoints & Pick<GatewayOptions, 'retry' | 'prices' | 'record'>;
  readonly openSuite: (name: string) => Promise<Suite>;
  /** The sandbox, and the reference of the image an order names. */
  readonly openSandbox: (image: string) => Promise<{ readonly sandbox: Sandbox; readonly image: string }>;
  /** A git repository that holds these commits. */
  readonly fetchCommits: (commits: readonly string[]) => Promise<string>;
  /** The trajectories of an order's evidence that can still be had. */
  readonly fetchEvidence: (order: ExpandOrder) => Promise<readonly Trajectory[]>;
  readonly results: ResultFolder;
  /** Values that must not be written down anywhere, besides the endpoints' keys. */
  readonly secrets: readonly string[];
  /** The value of a secret that a registry or a provider is opened with; throws HuxleyError where there is none. */
  readonly secretOf?: (name: string) => string;
  readonly concurrency: number;
  /** Aborts when somebody cancels the job. */
  readonly signal: AbortSignal;
  readonly report: (line: string) => void;
}

const NO_USAGE: Usage = { requests: 0, inputTokens: 0, outputTokens: 0, costUSD: 0 };
const LONGEST_TIMER = 2 ** 31 - 1;

/**
 * Carries out an order. Never throws for what happens on the way: the result says it, and lies in the result folder when
 * this returns. A worker that is started again on the same folder goes on where the last one was killed.
 */
export async function runJob(ordered: Order, machine: JobMachine): Promise<Result> {
  const started = performance.now();
  const previous = (await machine.results.previous(ordered)) as Result | null;
  let spent = previous?.usage ?? NO_USAGE;
  const costUSD = Math.max(0, ordered.limits.costUSD - spent.costUSD);
  const order = { ...ordered, limits: { ...ordered.limits, costUSD } };
  const left = Math.min(Math.max(0, Date.parse(order.deadline) - Date.now()), LONGEST_TIMER);
  const signal = AbortSignal.any([machine.signal, AbortSignal.timeout(left)]);
  let result = emptyResult(order, previous);
  const save = async (part: Partial<Result>) => {
    const seconds = (previous?.seconds ?? 0) + (performance.now() - started) / 1000;
    result = { ...result, ...part, seconds, usage: spent } as Result;
    await machine.results.write(result);
  };
  if (left === 0 && previous === null) {
    await save({ error: describe(tooLate(order)) });
    return result;
  }
  try {
    await save({});
    const { solve, modify, diagnose } = order.models;
    const models = order.kind === 'evaluate' ? namesOf(solve) : namesOf(modify, diagnose);
    const upstream = machine.upstream(models);
    const [suite, { sandbox, image }, repository] = await together(
      openSuite(order, machine),
      machine.openSandbox(order.agent.image),
      machine.fetchCommits([order.sha, ...(order.kind === 'expand' ? othersOf(order.operator) : [])]),
    );
    const gateway = await startGateway({
      ...upstream,
      ...(order.models.prices ? { prices: order.models.prices } : {}),
      maxOutputTokens: order.models.maxOutputTokens,
      models,
      images: order.models.images === true,
      budget: { costUSD },
      secrets: machine.secrets,
    });
    const before = spent;
    const account = () => {
      const { requests, inputTokens, outputTokens, costUSD, rehearsal } = gateway.usage();
      spent = {
        requests: before.requests + requests,
        inputTokens: before.inputTokens + inputTokens,
        outputTokens: before.outputTokens + outputTokens,
        costUSD: before.costUSD + costUSD,
      };
      return { rehearsal: rehearsal || previous?.rehearsal === true };
    };
    const context: JobContext = { ...machine, sandbox, suite, gateway, image, signal };
    try {
      const part =
        order.kind === 'evaluate'
          ? await evaluateOrder({ ...context, repository }, order, machine, previous, (perTask) =>
              save({ ...account(), perTask }),
            )
          : await expandOrder({ ...context, repository }, order, machine);
      await save({ ...account(), ...part });
    } finally {
      await gateway.close();
      Object.assign(result, account());
    }
    if (machine.signal.aborted) throw cancelled();
  } catch (error) {
    const stopped = machine.signal.aborted ? cancelled() : signal.aborted ? pastDeadline(order) : null;
    await save({ error: describe(stopped ?? error) });
  }
  return result;
}

/** The commits an order is about. */
interface Fetched {
  readonly repository: string;
}

/** What all of these come to. Where some fail, the first of them in this order is thrown, once none is at work any more. */
async function together<T extends readonly unknown[]>(
  ...work: { readonly [At in keyof T]: Promise<T[At]> }
): Promise<{ [At in keyof T]: T[At] }> {
  await Promise.allSettled(work);
  return await Promise.all(work);
}

async function openSuite(order: Order, machine: JobMachine): Promise<Suite> {
  const suite = await machine.openSuite(order.suite.name);
  if (order.suite.digest === null || order.suite.digest === suite.digest) return suite;
  throw new HuxleyError(
    'job.suite',
    `The suite ${order.suite.name} is ${suite.digest} here, but the run began with ${order.suite.digest}`,
    'Start a new run: results on different tasks cannot be compared.',
  );
}

async function evaluateOrder(
  { repository, ...context }: JobContext & Fetched,
  order: EvaluateOrder,
  machine: JobMachine,
  previous: Result | null,
  onResult: (perTask: EvaluateResult['perTask']) => Promise<void>,
) {
  await verifyTree(repository, order);
  const tree = await readTree(repository, order.tree);
  const files = visibleTree(tree, order.agent.protect, order.suite.name);
  const layer = await layerOf(context, order, tree);
  const done = previous?.kind === 'evaluate' ? previous.perTask.filter(({ verdict }) => isOutcome(verdict)) : [];
  const perTask = await withTree(files, (folder) =>
    evaluate({ ...context, layer }, order, folder, {
      previous: done,
      onResult: (results) => onResult([...results]),
      onTrajectory: (trajectory) => machine.results.addTrajectory(trajectory),
    }),
  );
  return { perTask: [...perTask] };
}

async function expandOrder({ repository, ...context }: JobContext & Fetched, order: ExpandOrder, machine: JobMachine) {
  const { operator } = order;
  const donor = 'donor' in operator ? operator.donor : null;
  for (const commit of [order, ...(donor === null ? [] : [donor])]) await verifyTree(repository, commit);
  const files = (commit: string) => readTree(repository, commit);
  const parent = await files(order.tree);
  const input = {
    parent,
    links: await linksOf(repository, order.tree),
    donor: donor === null ? [] : await files(donor.tree),
    trajectories: await machine.fetchEvidence(order),
    fingerprints: await fingerprintsOf(context.suite),
  };
  if (operator.name === 'adoption') {
    const brought = diffTrees(await files(operator.base), await files(operator.head));
    return await expand(context, order, { ...input, brought });
  }
  if (operator.name !== 'slim') return await expand(context, order, input);
  const rules = patchRules(order.agent, input);
  const { tree, unreverted } = await revertEdits(parent, operator.drop, files, (next) => {
    const [violation] = validatePatch(diffTrees(parent, next), parent, rules);
    return violation && (violation.path ?? 'the whole of it');
  });
  const brought = diffTrees(parent, tree);
  if (brought.length === 0) return { diagnosis: null, files: [], failure: nothingReverted(unreverted) };
  const made = await expand(context, order, { ...input, brought });
  return unreverted.length === 0 ? made : { ...made, unreverted: unreverted.map(({ variant }) => variant) };
}

/** Commits an order is about besides the parent's. */
function othersOf(operator: ExpandOrder['operator']): string[] {
  if (operator.name === 'adoption') return [operator.base, operator.head];
  if (operator.name === 'slim') return operator.drop.flatMap(({ base, head }) => [base, head]);
  return operator.donor === null ? [] : [operator.donor.sha];
}

function nothingReverted(unreverted: Reverted['unreverted']): ExpandResult['failure'] {
  const kept = unreverted.map(({ variant, path }) => `${variant} (in ${path})`).join(', ');
  const reason =
    kept === ''
      ? 'nothing is left of these edits: later ones have replaced them'
      : `later edits build on those that were to go, or what would be left of them is not allowed: ${kept}`;
  return { stage: 'modify', reason: reason.slice(0, 4_000) };
}

/** @throws HuxleyError `job.tree` */
export async function verifyTree(repository: string, { sha, tree }: { readonly sha: string; readonly tree: string }) {
  const found = await treeOf(repository, sha);
  if (found !== tree)
    throw new HuxleyError(
      'job.tree',
      `Commit ${sha} has the tree ${found}, not ${tree} as ordered`,
      'Evidence binds to trees; order the work again.',
    );
}

function emptyResult(order: Order, previous: Result | null): Result {
  const base = {
    v: CONTRACT_VERSION,
    jobId: order.jobId,
    nonce: order.nonce,
    order: order.digest,
    sha: order.sha,
    usage: NO_USAGE,
    rehearsal: previous?.rehearsal ?? false,
    seconds: 0,
    error: null,
  } as const;
  return order.kind === 'evaluate'
    ? { ...base, kind: 'evaluate', perTask: previous?.kind === 'evaluate' ? previous.perTask : [] }
    : { ...base, kind: 'expand', diagnosis: null, files: [], failure: null };
}

function cancelled(): HuxleyError {
  return new HuxleyError('job.cancelled', 'The job was cancelled before it was done', 'It may be ordered again.');
}

function pastDeadline({ deadline }: Order): HuxleyError {
  return new HuxleyError('job.deadline', `The job was not done by its deadline, ${deadline}`, 'Allow it more time.');
}

export function tooLate({ deadline }: Pick<Order, 'deadline'>): HuxleyError {
  return new HuxleyError(LATE, `The order came too late: its time is over (${deadline})`, 'The App orders it again.');
}

function describe(error: unknown): NonNullable<Result['error']> {
  const code = error instanceof HuxleyError ? error.code : 'job.failed';
  const message = explainError(error);
  return { code, message: message.slice(0, 4_000) };
}
