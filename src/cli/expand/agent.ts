import { randomBytes } from 'node:crypto';
import { join, resolve } from 'node:path';
import { openSuite } from '../../benchmark/kinds.ts';
import { CONTRACT_VERSION, type EvaluateOrder, type ExpandResult } from '../../contract/contract.ts';
import { modelsOfExpansion, namesOf, refOf } from '../../contract/settings.ts';
import { startGateway } from '../../gateway/gateway.ts';
import { agentImage } from '../../job/agent-image.ts';
import type { JobContext } from '../../job/attempt/job-context.ts';
import { expand } from '../../job/expand.ts';
import { fingerprintsOf } from '../../job/fingerprints.ts';
import { layerOf } from '../../job/layer.ts';
import { unifiedDiff } from '../../job/tree/unified-diff.ts';
import { visibleTree } from '../../job/tree/visible-tree.ts';
import { withTree } from '../../job/tree/write-tree.ts';
import { HuxleyError } from '../../model/error.ts';
import type { TaskId } from '../../model/ids.ts';
import { createRng, sample } from '../../model/rng.ts';
import { overlay } from '../../operator/patch/change.ts';
import type { Trajectory } from '../../operator/trajectory.ts';
import { digestOf } from '../../order/seal.ts';
import { commitMessage } from '../../run/state/trailers.ts';
import { openSandbox } from '../../sandbox/setup/open.ts';
import { type AgentFolder, agentOf, limitsOf, readAgentFolder } from '../agent/folder.ts';
import { openModel } from '../agent/open-model.ts';
import { environmentSecret } from '../agent/secret.ts';
import { interruptible } from '../terminal/interruption.ts';
import { terminalSetup } from '../terminal/set-up.ts';
import { type Committed, commitChild, createRepository } from './child-repository.ts';
import { gatherEvidence } from './gather-evidence.ts';
import type { ExpandOptions } from './options.ts';
import { printExpansion } from './print-expansion.ts';

const PARENT = 'v0';
const DONOR = 'v1';
const CHILD = 'v2';

/** `huxley expand` */
export async function expandAgent(options: ExpandOptions): Promise<void> {
  if ((options.operator === 'hybridization') !== (options.donor !== undefined))
    throw new HuxleyError(
      'expand.donor',
      'Hybridization needs a --donor, and other operators do not take one',
      'With hybridization, name the folder of another agent; otherwise leave --donor out.',
    );
  const agent = await readAgentFolder(options.agent);
  const donor = options.donor === undefined ? null : await readAgentFolder(options.donor);
  const id = `local-${randomBytes(4).toString('hex')}`;
  const folder = resolve(options.out ?? join('huxley-report', `expand-${id}`));

  const signal = interruptible('ending the containers of this expansion.');
  using open = await openSandbox(terminalSetup(options.install, signal));
  const suite = await openSuite(options.suite ?? agent.configuration.benchmark.suite, {
    root: agent.folder,
    network: agent.configuration.benchmark.network,
    image: open.image,
  });
  const tasks = choose(
    suite.list().map((task) => task.id),
    options,
  );
  const v0 = await createRepository(folder, agent.files);
  const models = modelsOf(agent, options.model);
  const names = namesOf(models.solve, models.modify, models.diagnose);
  await using model = await openModel(names, models, options.seed);
  const limits = limitsOf(agent.configuration);
  const gateway = await startGateway({
    ...model.endpoints,
    models: names,
    images: models.images,
    prices: models.prices,
    maxOutputTokens: models.maxOutputTokens,
    budget: { costUSD: limits.costUSD },
  });
  const parts = {
    signal,
    report: (line: string) => void process.stderr.write(`${line}\n`),
    secretOf: environmentSecret,
  };
  const context: JobContext = {
    ...parts,
    sandbox: open.sandbox,
    suite,
    gateway,
    image: await agentImage(open, agentOf(agent.configuration), suite.name, async () => agent.files, parts),
    concurrency: options.concurrency,
  };
  const nonce = randomBytes(16).toString('hex');
  const base = {
    v: CONTRACT_VERSION,
    digest: digestOf(nonce),
    jobId: id,
    nonce,
    run: 'local',
    variant: PARENT,
    ...v0,
    suite: { name: suite.name, digest: suite.digest },
    agent: agentOf(agent.configuration),
    models: modelsOfExpansion(models),
    limits,
    deadline: new Date(Date.now() + 24 * 3_600_000).toISOString(),
  } as const;
  try {
    const trajectories = await hunt(context, base, options, tasks, agent, donor);
    const made = await expand(
      context,
      {
        ...base,
        kind: 'expand',
        operator: { name: options.operator, child: CHILD, donor: donor && { variant: DONOR, ...v0 } },
        tasks: [...new Set(trajectories.map(({ task }) => task))].slice(0, 20),
        evidence: [],
      },
      { parent: agent.files, donor: donor?.files ?? [], trajectories, fingerprints: await fingerprintsOf(suite) },
    );
    signal.throwIfAborted();
    const commit = await commitOf(folder, agent, options, id, made);
    const patch = await unifiedDiff(agent.files, overlay(agent.files, made.files));
    const { costUSD, requests } = gateway.usage();
    printExpansion(
      { ...made, operator: options.operator, rehearsal: model.rehearsal, patch, folder, commit, costUSD, requests },
      options.json === true,
    );
    if (made.failure !== null) process.exitCode = 2;
  } finally {
    await gateway.close();
  }
}

function modelsOf({ configuration: { models } }: AgentFolder, all: string | undefined) {
  if (all === undefined) return models;
  const ref = refOf(models, all);
  return { ...models, solve: ref, modify: ref, diagnose: ref };
}

function choose(known: readonly TaskId[], { tasks, seed }: ExpandOptions): readonly TaskId[] {
  if (tasks === undefined) return sample(known, createRng(seed)).slice(0, 20);
  const named = tasks.split(',').map((task) => task.trim());
  const unknown = named.find((task) => !known.includes(task));
  if (unknown === undefined) return named;
  throw new HuxleyError(
    'expand.tasks',
    `The suite has no task '${unknown}'`,
    `It has ${known.slice(0, 8).join(', ')}, …`,
  );
}

type OrderBase = Omit<EvaluateOrder, 'kind' | 'split' | 'tasks'>;

/** Trajectories of the parent, and of the donor, that hold what the operator needs. */
async function hunt(
  context: JobContext,
  base: OrderBase,
  { operator }: ExpandOptions,
  tasks: readonly TaskId[],
  parent: AgentFolder,
  donor: AgentFolder | null,
): Promise<Trajectory[]> {
  const order = ({ configuration }: AgentFolder): EvaluateOrder => ({
    ...base,
    agent: agentOf(configuration),
    kind: 'evaluate',
    split: 'search',
    tasks: [],
  });
  const visible = ({ files, configuration }: AgentFolder) =>
    visibleTree(files, configuration.protect, context.suite.name);
  const built = ({ configuration, files }: AgentFolder) =>
    layerOf(context, { agent: agentOf(configuration), suite: context.suite, limits: base.limits }, files);
  const layers = [await built(parent), donor && (await built(donor))] as const;
  return await withTree(visible(parent), (parentFolder) =>
    withTree(donor === null ? [] : visible(donor), (donorFolder) =>
      gatherEvidence(context, {
        operator,
        tasks,
        agents: [
          { variant: PARENT, order: order(parent), folder: parentFolder, layer: layers[0] },
          ...(donor === null
            ? []
            : [{ variant: DONOR, order: order(donor), folder: donorFolder, layer: layers[1] } as const]),
        ],
      }),
    ),
  );
}

/** The child's commit; none when there are no files, one that says so when its check failed. */
async function commitOf(
  folder: string,
  agent: AgentFolder,
  { operator }: ExpandOptions,
  job: string,
  { files, diagnosis }: Pick<ExpandResult, 'files' | 'diagnosis'>,
): Promise<Committed | null> {
  if (files.length === 0 || diagnosis === null) return null;
  const donor = operator === 'hybridization' ? DONOR : null;
  const trailers = { run: 'local', variant: CHILD, parent: PARENT, operator, job, tasks: [], donor } as const;
  return await commitChild(
    folder,
    CHILD,
    agent.files,
    files,
    commitMessage(diagnosis.title, diagnosis.proposal, trailers),
  );
}
