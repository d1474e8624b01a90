import { RULES } from '../../archive/archive.ts';
import { kindOf } from '../../benchmark/kinds.ts';
import { splitTasks } from '../../benchmark/split.ts';
import type { SuiteSplit } from '../../benchmark/suite.ts';
import type { RunOptions } from '../../command/command.ts';
import { CONFIGURATION_PATH, formatIssues, readConfiguration } from '../../config/configuration.ts';
import type { Configuration } from '../../config/schema.ts';
import { addressOf, modelLists, namesOf } from '../../contract/settings.ts';
import { priceBook, priceOf } from '../../gateway/money/prices.ts';
import { CONTROLLER_WORKFLOW_PATH } from '../../github/controller-workflow.ts';
import type { Forge } from '../../github/forge.ts';
import { HuxleyError } from '../../model/error.ts';
import type { ArchiveEvent, Calibrate, Occasion } from '../../model/event.ts';
import type { GateRules } from '../../model/gate/verdict.ts';
import { ROOT } from '../../model/ids.ts';
import { evidenceText } from '../../report/evidence.ts';
import { bytes, MAX_CHECK_BYTES } from '../../report/text/fit.ts';
import { createPolicy } from '../../search/policies.ts';
import type { Store } from '../../store/store.ts';
import { runCheck } from '../publish/publish-evidence.ts';
import { DOCUMENTS } from '../state/documents.ts';
import type { RunServices } from '../state/open-run.ts';
import { RunDocuments } from '../state/run-documents.ts';
import { branchOf, type RunSpec } from '../state/spec.ts';
import { specText } from '../state/spec-text.ts';
import { checkKey } from '../work/signing-key.ts';
import { namesDigest, RUN_NAME, WORKFLOW_PATH } from '../work/workflow.ts';
import { earlierPredictions } from './earlier-predictions.ts';
import { earlierSplit } from './earlier-split.ts';
import { filesAt } from './files-at.ts';
import { leftOut } from './left-out.ts';
import { Problems } from './problems.ts';
import { withinMonth } from './within-month.ts';

/** An automatic merge needs at least so many held-out tasks: fewer cannot prove anything at 95 %. */
const LEAST_HELD_OUT = 6;

export interface StartRequest {
  readonly run: string;
  readonly issue: number;
  readonly by: string;
  readonly options: RunOptions;
  /** For a run that no comment starts: on what occasion, and what such runs have cost this month in US dollars. */
  readonly unasked?: { readonly occasion: Occasion; readonly spentUSD: number };
  /** For a calibration in place of a search. */
  readonly calibrate?: Calibrate;
}

export interface PreparedRun {
  readonly spec: RunSpec;
  readonly started: ArchiveEvent & { type: 'run.started' };
  /** What a sandbox will not have of the repository, in a sentence. */
  readonly leftOut: string | null;
  /** Why its limit is lower than the configured one, in a sentence; null where it is not. */
  readonly lowered: string | null;
}

/**
 * Everything a run needs, checked before anything is written.
 * @throws HuxleyError that names what is wrong with the configuration, the suite, the policy or the workflow.
 */
export async function prepareRun(
  forge: Forge,
  request: StartRequest,
  now: Date,
  publicKey: string,
  store: Store,
): Promise<PreparedRun> {
  const { id, defaultBranch } = await forge.facts();
  const sha = await forge.branch(defaultBranch);
  if (sha === null) throw new HuxleyError('run.empty', `${forge.repository} has no commit.`, 'Push your agent first.');
  const { tree } = await forge.commit(sha);
  const problems = new Problems();
  await problems.look(() => checkWorkflow(forge, sha, defaultBranch));
  const found = await problems.look(() => configurationAt(forge, sha));
  if (found === undefined) problems.throwIfAny();
  const { unasked } = request;
  const options = unasked && unasked.occasion !== 'label' ? found!.schedule.run : request.options;
  const wanted = withOptions(found!, options);
  const within = unasked && (await problems.look(() => withinMonth(wanted, unasked.spentUSD)));
  const configuration = within ? within.configuration : wanted;
  const { benchmark, limits, merge, search } = configuration;
  await problems.look(async () => checkKey((await forge.readFile(CONFIGURATION_PATH, sha)) ?? '', publicKey, forge));
  const { models } = configuration;
  const lists = modelLists(models);
  for (const model of namesOf(models.solve, models.modify, models.diagnose))
    await problems.look(() => priceOf(priceBook(models.prices, addressOf(models, model)), model));
  const made = await problems.look(() => createPolicy(search.policy, search.params));
  const facts = await problems.look(() =>
    kindOf(benchmark.suite).facts(benchmark.suite, filesAt(forge, { sha, tree })),
  );
  const earlier = await earlierSplit(store, forge.repository, benchmark);
  const split = facts && splitTasks(facts.digest, String(id), benchmark.holdout, facts.tasks, earlier);
  await problems.look(() => {
    // Only an earlier run's split can leave a side empty.
    const lacking = split && benchmark.holdout > 0 && facts.tasks.length > 1 ? sideLacking(split) : null;
    if (lacking !== null)
      throw new HuxleyError(
        'run.one-sided',
        `Every task of ${benchmark.suite} ${lacking} in earlier runs, and a task keeps its side.`,
        'Add tasks: those are new and go where some are missing.',
      );
  });
  await problems.look(() => {
    if (split && merge.mode === 'auto' && split.heldout.length < LEAST_HELD_OUT)
      throw new HuxleyError(
        'run.too-few-held-out',
        `\`merge: auto\` needs at least ${LEAST_HELD_OUT} held-out tasks, and there are ${split.heldout.length}.`,
        'Add tasks, raise `benchmark.holdout`, or use `merge=manual`.',
      );
  });
  await problems.look(() => {
    if (merge.mode === 'auto' && found!.merge.mode !== 'auto')
      throw new HuxleyError(
        'run.auto-not-configured',
        `Merging without a person has to be allowed by ${CONFIGURATION_PATH}: a comment alone is not enough.`,
        'Set `merge: { mode: auto }` there, on the default branch, or leave `merge=auto` out.',
      );
  });
  await problems.look(() => {
    if (forge.shared && merge.mode === 'auto')
      throw new HuxleyError(
        'run.auto-shared',
        `Nothing is merged without a person here: every workflow of this repository acts as ${forge.appLogin}, so that name proves nothing.`,
        `Use \`merge: { mode: manual }\`, or give the controller an App of its own: \`app-id\` and \`private-key\` in ${CONTROLLER_WORKFLOW_PATH}.`,
      );
  });
  problems.throwIfAny();
  const { spec: policy } = made!;
  const suite = facts!;
  const { search: tasks, heldout } = split!;
  const predictions = request.calibrate
    ? undefined
    : await earlierPredictions(store, forge.repository, models, heldout);
  const prepared: PreparedRun = {
    spec: {
      issue: request.issue,
      configuration,
      defaultBranch,
      startedBy: request.by,
      startedAt: now.toISOString(),
      suiteDigest: suite.digest,
    },
    started: {
      type: 'run.started',
      run: request.run,
      seed: options.seed ?? request.issue,
      policy,
      budget: search.budget,
      expansionCost: search.expansionCost,
      concurrency: search.concurrency,
      prefer: search.prefer,
      batch: search.batch,
      costUSD: limits.costUSD,
      taskCostUSD: limits.taskCostUSD,
      suite: { name: benchmark.suite, digest: suite.digest },
      tasks,
      heldOut: heldout,
      root: { sha, tree },
      confidence: merge.confidence,
      gate: gateRules(configuration, heldout.length),
      rules: RULES,
      ...(Object.keys(lists).length === 0 ? {} : { models: lists }),
      ...(benchmark.repeats === 1 ? {} : { repeats: benchmark.repeats }),
      ...(request.calibrate ? { calibrate: request.calibrate } : {}),
      ...(unasked ? { occasion: unasked.occasion } : {}),
      ...(predictions && { predictions }),
    },
    leftOut: await leftOut(forge, { sha, tree }, configuration),
    lowered: within?.lowered ?? null,
  };
  if (bytes(JSON.stringify(prepared.started)) > MAX_CHECK_BYTES - 500)
    throw new HuxleyError(
      'run.too-many-tasks',
      `The ids of ${suite.tasks.length} tasks do not fit into a check run.`,
      'Use fewer: leave tasks out of .github/huxley-suite.json, or of the suite.',
    );
  return prepared;
}

/** The rules of the held-out comparison; `heldOut` is how many tasks there are. */
export function gateRules({ merge, search, benchmark }: Configuration, heldOut: number): GateRules {
  const { test, promise, evaluations, goal, margin, saving } = merge;
  const least = Math.max(1, 2 * heldOut * benchmark.repeats);
  const paid = test === 'mcnemar' ? least : Math.max(least, evaluations ?? search.budget);
  const metric = benchmark.metric === 'score' ? { metric: benchmark.metric } : {};
  const rules = { test, promise, evaluations: paid, ...metric };
  return goal === 'cost' ? { ...rules, goal, margin, saving } : rules;
}

/** @throws HuxleyError `run.no-workflow` or `run.old-workflow` for one that cannot carry out this version's orders */
async function checkWorkflow(forge: Forge, sha: string, branch: string): Promise<void> {
  const workflow = await forge.readFile(WORKFLOW_PATH, sha);
  if (workflow === null)
    throw new HuxleyError(
      'run.no-workflow',
      `${WORKFLOW_PATH} is missing on ${branch}.`,
      'Copy it from the starter agent (examples/starter-agent); every job runs in it.',
    );
  if (!namesDigest(workflow))
    throw new HuxleyError(
      'run.old-workflow',
      `${WORKFLOW_PATH} does not put the digest of its order into the name of its runs, so a real run could not be distinguished from a forged one.`,
      `Copy it again from the starter agent, and pin the action that belongs to this version of the App. Its \`run-name\` is now:\n\n\`\`\`yaml\n${RUN_NAME}\n\`\`\``,
    );
}

/** Starts a prepared run; asked again, it goes on where it was. The journal's first entry comes last, so a run has all or nothing. */
export async function startRun(
  forge: Forge,
  { spec, started }: PreparedRun,
  { store, log }: Pick<RunServices, 'store' | 'log'>,
): Promise<void> {
  const key = { repository: forge.repository, run: started.run };
  await forge.createBranch(branchOf(key.run, ROOT), started.root.sha);
  await new RunDocuments(store, key).write(DOCUMENTS.spec, spec);
  const externalId = `${key.run}:1-1`;
  if (!(await forge.checks(started.root.sha)).some((check) => check.externalId === externalId))
    await forge.writeCheck(started.root.sha, {
      name: runCheck(key.run),
      externalId,
      title: `Run ${key.run} started by ${spec.startedBy}`,
      summary: specText(spec),
      text: evidenceText([{ seq: 1, at: spec.startedAt, event: started }]),
      conclusion: 'neutral',
    });
  await store.append(key, 0, [started]);
  log.info({ ...key, policy: started.policy.name, budget: started.budget }, 'run started');
}

/** @throws HuxleyError `config.missing` or `config.invalid`, naming every issue with its line */
export async function configurationAt(forge: Forge, sha: string): Promise<Configuration> {
  const text = await forge.readFile(CONFIGURATION_PATH, sha);
  if (text === null)
    throw new HuxleyError(
      'config.missing',
      `${CONFIGURATION_PATH} is missing on the default branch.`,
      'Copy it from the starter agent (examples/starter-agent) and adapt it; docs/configuration.md explains every key.',
    );
  const reading = readConfiguration(text);
  if (reading.ok) return reading.configuration;
  throw new HuxleyError(
    'config.invalid',
    `${CONFIGURATION_PATH} cannot be used:\n${formatIssues(reading.issues)}`,
    'Correct these lines on the default branch; docs/configuration.md explains every key.',
  );
}

function withOptions(configuration: Configuration, options: RunOptions): Configuration {
  const { search, limits, merge } = configuration;
  const policy = options.policy ?? search.policy;
  return {
    ...configuration,
    search: {
      ...search,
      policy,
      // Parameters belong to the policy they were written for.
      params: policy === search.policy ? search.params : {},
      budget: options.budget ?? search.budget,
      concurrency: options.concurrency ?? search.concurrency,
      prefer: options.prefer ?? search.prefer,
      batch: options.batch ?? search.batch,
    },
    limits: { ...limits, costUSD: options.costUSD ?? limits.costUSD, hours: options.hours ?? limits.hours },
    merge: { ...merge, mode: options.merge ?? merge.mode },
  };
}

function sideLacking({ search, heldout }: SuiteSplit): string | null {
  if (search.length === 0) return 'was held out';
  return heldout.length === 0 ? 'steered the search' : null;
}
