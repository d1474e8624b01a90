import OpenAI from 'openai';
import type { Diagnosis, ExpandOrder, ExpandResult } from '../contract/contract.ts';
import { apisOf, namesOf } from '../contract/settings.ts';
import { timed } from '../environment/wall-time.ts';
import { HuxleyError, messageOf } from '../model/error.ts';
import type { ExpansionStage } from '../model/event.ts';
import type { FileEntry } from '../model/file.ts';
import { isRepetition, type Proposal } from '../model/memory/proposal.ts';
import { diagnose } from '../operator/diagnose.ts';
import { selectEvidence } from '../operator/evidence.ts';
import { diffTrees, digestOfChange, overlay, type RawChange, toFileChange } from '../operator/patch/change.ts';
import type { Fingerprints } from '../operator/patch/contamination.ts';
import { describeViolations, type PatchRules, validatePatch } from '../operator/patch/validate.ts';
import { issueText } from '../operator/prompt/issue.ts';
import type { SentBack } from '../operator/proposed.ts';
import type { Trajectory } from '../operator/trajectory.ts';
import { attempt } from './attempt/attempt.ts';
import { CallLog } from './attempt/call-log.ts';
import type { JobContext } from './attempt/job-context.ts';
import { modelFailure } from './attempt/model-failure.ts';
import { leftOut } from './attempt/take-work.ts';
import { checkVariant } from './check.ts';
import { isBuildFault, layerOf } from './layer.ts';
import { relock } from './relock.ts';
import { dropIgnored } from './tree/ignored.ts';
import { unifiedDiff } from './tree/unified-diff.ts';
import { checkableTree, visibleTree } from './tree/visible-tree.ts';
import { withTree } from './tree/write-tree.ts';

/** What an expansion starts from. */
export interface ExpandInput {
  /** Every regular file of the parent's commit, and of the donor's when there is one. */
  readonly parent: readonly FileEntry[];
  /** Paths of the parent's links and submodules. */
  readonly links?: readonly string[];
  readonly donor: readonly FileEntry[];
  /** The change itself, where no model makes it. */
  readonly brought?: readonly RawChange[];
  /** Trajectories of the evidence the order names. */
  readonly trajectories: readonly Trajectory[];
  readonly fingerprints: Fingerprints;
}

/** What a child may change. */
export function patchRules(
  agent: ExpandOrder['agent'],
  { fingerprints, links = [] }: Pick<ExpandInput, 'fingerprints' | 'links'>,
): PatchRules {
  return { ...agent, builds: Boolean(agent.build), fingerprints, links };
}

/** An operator that begins with a diagnosis. */
type Diagnosing = Extract<ExpandOrder['operator'], { readonly donor: unknown }>;
type Made = Pick<ExpandResult, 'diagnosis' | 'files' | 'failure'>;

/**
 * Makes a child: a model diagnoses the evidence, the parent modifies its own code in the sandbox, the patch is validated,
 * and the child must pass its own check. A change that people bring or take back is validated and checked just so. A proposal that
 * repeats what was proposed before, by its idea or by what it changes, is sent back once. A child that could not be made is
 * a result with `failure`; only trouble that says nothing about the parent (the sandbox, the model's endpoint, a cancelled
 * job) is thrown.
 */
export async function expand(context: JobContext, order: ExpandOrder, input: ExpandInput): Promise<Made> {
  const made: { diagnosis: Diagnosis | null; files: readonly RawChange[] } = { diagnosis: null, files: [] };
  const end = (failure: Made['failure']): Made => ({ ...made, files: made.files.map(toFileChange), failure });
  const fail = (stage: ExpansionStage, reason: string) => end({ stage, reason: reason.slice(0, 4_000) });
  const { agent, operator, proposed = [] } = order;
  const visible = visibleTree(input.parent, agent.protect, order.suite.name);

  let changes = input.brought ?? [];
  for (let sentBack: SentBack | undefined; 'donor' in operator; ) {
    context.report(`diagnosing ${order.variant} (${operator.name})`);
    const asked = new CallLog(0);
    try {
      made.diagnosis = await timed('agent', () =>
        diagnoseParent(context, { ...order, operator }, visible, { input, asked, sentBack }),
      );
    } catch (error) {
      return fail('diagnose', await ownFault(context, order, asked, error));
    }
    const { diagnosis } = made;
    const { title, considered } = diagnosis;
    const sendBack = (repeats: SentBack['repeats']) => {
      context.report(`sent back, as its ${repeats} was proposed before: ${title}`);
      sentBack = { title, repeats };
    };
    if (
      sentBack === undefined &&
      proposed.some((before) => isRepetition(before, { title, idea: considered[0] ?? '' }))
    ) {
      sendBack('idea');
      continue;
    }
    context.report(`${order.variant} modifies itself: ${title}`);
    const modified = await timed('attempts', () => modify(context, order, visible, diagnosis, input.parent));
    if (typeof modified === 'string') return fail('modify', modified);
    const own = await dropIgnored(diffTrees(visible, modified), input.parent);
    if (own.length === 0) return fail('modify', 'the agent changed nothing');
    made.files = own;
    const relocked = await relock(context, order, input.parent, own).catch(ownBuildFault);
    if (typeof relocked === 'string') return fail('check', relocked);
    made.files = [];
    changes = relocked;
    if (sentBack !== undefined || !isKnown(changes, proposed)) break;
    sendBack('change');
  }

  context.report(`validating ${changes.length} changed file${changes.length === 1 ? '' : 's'}`);
  const violations = validatePatch(changes, input.parent, patchRules(agent, input));
  if (violations.length > 0) return fail('validate', describeViolations(violations));
  made.files = changes;

  const tree = overlay(input.parent, changes.map(toFileChange));
  const layer = await layerOf(context, order, tree).catch(ownBuildFault);
  if (typeof layer === 'string') return fail('check', layer);
  if (agent.check === null) return end(null);
  context.report(`checking: ${agent.check}`);
  const child = checkableTree(tree, order.suite.name);
  const { check } = agent;
  const trouble = await timed('grading', () => checkVariant({ ...context, layer }, check, child, order.limits));
  return trouble === null ? end(null) : fail('check', trouble);
}

/** Whether a change came of a proposal before. What may not be changed is refused later, whatever it is. */
function isKnown(changes: readonly RawChange[], proposed: readonly Proposal[]): boolean {
  const digest = digestOfChange(changes.map(toFileChange));
  return proposed.some(({ change }) => change === digest);
}

function ownBuildFault(error: unknown): string {
  if (isBuildFault(error)) return error.inFull;
  throw error;
}

async function diagnoseParent(
  context: JobContext,
  order: ExpandOrder & { readonly operator: Diagnosing },
  source: readonly FileEntry[],
  { input, asked, sentBack }: { input: ExpandInput; asked: CallLog; sentBack: SentBack | undefined },
): Promise<Diagnosis> {
  const { operator, agent, models, limits, variant, proposed = [] } = order;
  const model = namesOf(models.diagnose)[0]!;
  const donor = operator.donor?.variant ?? null;
  const evidence = selectEvidence(operator.name, variant, donor, input.trajectories);
  const donorSource = visibleTree(input.donor, agent.protect, order.suite.name);
  const donorDiff = operator.name === 'hybridization' ? await unifiedDiff(source, donorSource) : '';
  const apiKey = context.gateway.token('diagnose', { costUSD: limits.costUSD }, { transcript: asked.sink });
  const client = new OpenAI({ apiKey, baseURL: context.gateway.baseURL, maxRetries: 0, timeout: 600_000 });
  try {
    const found = await diagnose({
      client,
      model,
      apis: apisOf(models, model),
      evidence,
      source,
      donorDiff,
      history: { proposed, sentBack },
      wishes: { idea: order.idea, guidance: order.guidance },
      signal: context.signal,
    });
    const { predicted, considered, ...rest } = found;
    return { ...rest, considered: [...considered], ...(predicted && { predicted: [...predicted] }) };
  } finally {
    context.gateway.revoke(apiKey);
  }
}

/** The modified workspace, or why there is none. */
async function modify(
  context: JobContext,
  order: ExpandOrder,
  source: readonly FileEntry[],
  { title, proposal }: Diagnosis,
  tree: readonly FileEntry[],
): Promise<readonly FileEntry[] | string> {
  const { gateway, sandbox, signal } = context;
  const { agent, models, limits } = order;
  const names = namesOf(models.modify);
  const layer = await layerOf(context, order, tree);
  const log = new CallLog(0);
  const token = gateway.token(
    'modify',
    { costUSD: limits.costUSD },
    { transcript: log.sink, effort: models.reasoning ?? undefined },
  );
  const tried = await withTree(source, (agentFolder) =>
    attempt(sandbox, {
      image: context.image,
      purpose: 'modify',
      mode: 'modify',
      command: agent.modify,
      agentFolder,
      layer,
      workdir: '/work',
      workspace: source,
      take: null,
      statement: issueText(title, proposal),
      models: names,
      token,
      socketFolder: gateway.socketFolder,
      seconds: limits.taskSeconds,
      limits,
      signal,
    }),
  ).finally(() => gateway.revoke(token));
  signal.throwIfAborted();
  if (tried.files === null) return `the modified code was refused: ${tried.refused}`;
  if (diffTrees(source, tried.files).length > 0) return tried.files;
  const trouble = await modelFailure(gateway, names[0]!, log.close(), signal);
  if (trouble.kind === 'outage')
    throw new HuxleyError('job.model', `While modifying itself: ${trouble.words}`, 'The job may be ordered again.');
  const told = [`the agent changed nothing (${tried.ended}).`, leftOut(tried.skipped), trouble.words];
  return told.filter(Boolean).join(' ');
}

/** The reason when the error is the evidence's or the model's own doing; thrown on when it is the infrastructure's. */
async function ownFault(context: JobContext, { models }: ExpandOrder, asked: CallLog, error: unknown): Promise<string> {
  context.signal.throwIfAborted();
  if (error instanceof HuxleyError && error.code.startsWith('operator.')) return error.inFull;
  const trouble = await modelFailure(context.gateway, namesOf(models.diagnose)[0]!, asked.close(), context.signal);
  context.signal.throwIfAborted();
  if (trouble.kind === 'outage')
    throw new HuxleyError('job.model', `While diagnosing: ${trouble.words}`, 'The job may be ordered again.', {
      cause: error,
    });
  if (error instanceof OpenAI.APIError) return `the model's endpoint refused the call: ${messageOf(error)}`;
  throw error;
}
