import type { OpenedSuite, Suite, SuiteTask } from '../benchmark/suite.ts';
import type { Finding, PreflightOrder } from '../contract/contract.ts';
import { apisOf, namesOf } from '../contract/settings.ts';
import { type Gateway, type GatewayOptions, startGateway } from '../gateway/gateway.ts';
import { askedBy } from '../gateway/provider.ts';
import { HuxleyError, messageOf, sentence } from '../model/error.ts';
import type { FileEntry } from '../model/file.ts';
import type { Layer, Sandbox } from '../sandbox/port.ts';
import { attempt } from './attempt/attempt.ts';
import { printable } from './attempt/printable.ts';
import { probeModel } from './attempt/probe.ts';
import { checkVariant } from './check.ts';
import type { Endpoints } from './endpoints.ts';
import { layerOf } from './layer.ts';
import { checkableTree, visibleTree } from './tree/visible-tree.ts';
import { withTree } from './tree/write-tree.ts';

/** What a preflight looks at, opened when it comes to it. */
export interface PreflightParts {
  readonly openSuite: () => Promise<Suite>;
  readonly openSandbox: (image: string) => Promise<{ readonly sandbox: Sandbox; readonly image: string }>;
  /** Every file of the root. */
  readonly files: () => Promise<readonly FileEntry[]>;
  readonly upstream: (models: readonly string[]) => Endpoints & Pick<GatewayOptions, 'retry' | 'prices'>;
  readonly secrets: readonly string[];
  /** The value of a secret by its name; throws HuxleyError where there is none. */
  readonly secretOf?: (name: string) => string;
  readonly signal: AbortSignal;
  readonly report: (line: string) => void;
}

type Settings = Pick<PreflightOrder, 'agent' | 'models' | 'limits' | 'suite' | 'tasks'>;

/** Images of tasks an agent is started in, and seconds it has to come as far as its first call. */
const MOST_IMAGES = 2;
const START_SECONDS = 30;
/** Tasks named where something is wrong with many. */
const MOST_NAMED = 10;

/** What an interpreter or a shell prints of a program that never came to run. */
const NOT_STARTED =
  /ModuleNotFoundError|ImportError|No module named|ERR_MODULE_NOT_FOUND|Cannot find (?:module|package)|LoadError|cannot load such file|ClassNotFoundException|(?:command|executable file) not found|: not found|No such file or directory|error while loading shared libraries|exec format error/i;

/**
 * Everything a run needs of a worker, tried on the root before anything is paid for: tasks, image, the agent's own check, a start of
 * the agent in the images of tasks, a call to each model. Gives all that was found; throws only what is nobody's finding.
 */
export async function preflight(
  settings: Settings,
  parts: PreflightParts,
): Promise<{ findings: Finding[]; gateway: Gateway | null }> {
  const findings: Finding[] = [];
  const found = (about: Finding['about'], text: string, fatal = true) => {
    parts.report(`preflight: ${about}: ${printable(text).slice(0, 300)}`);
    findings.push({ about, fatal, text: printable(text).slice(0, 4_000) });
  };
  const look = async <T>(about: Finding['about'], act: () => Promise<T>): Promise<T | null> => {
    try {
      return await act();
    } catch (error) {
      parts.signal.throwIfAborted();
      if (!(error instanceof HuxleyError)) throw error;
      found(about, error.inFull);
      return null;
    }
  };

  const suite = await look('tasks', parts.openSuite);
  if (suite !== null) await lookAtTasks(suite, settings, found);
  const files = await look('root', parts.files);
  const opened = await look('image', () => parts.openSandbox(settings.agent.image));
  const gateway = await look('models', () => open(settings, parts));
  if (gateway !== null)
    for (const model of modelsOf(settings)) await lookAtModel(gateway, model, settings, parts, found);
  if (opened === null || files === null) return { findings, gateway };

  const layer = await look('root', () => layerOf({ ...parts, ...opened }, settings, files));
  if (settings.agent.build && layer === null) return { findings, gateway };
  const passes = await look('check', async () => checks(settings, { ...opened, layer }, files, parts, found));
  if (passes === true && gateway !== null && suite !== null)
    for (const task of foreignTasks(suite, settings, opened.image))
      await look('image', () => startsIn(task, suite, settings, gateway, files, { ...parts, layer }, found));
  return { findings, gateway };
}

type Found = (about: Finding['about'], text: string, fatal?: boolean) => void;

async function lookAtTasks(suite: Suite, { tasks, suite: expected }: Settings, found: Found): Promise<void> {
  if (expected.digest !== null && suite.digest !== expected.digest)
    found(
      'tasks',
      `The suite ${expected.name} is ${suite.digest} here, and ${expected.digest} where the run was started.`,
    );
  for (const { inFull } of (suite as Partial<OpenedSuite>).problems?.slice(0, MOST_NAMED) ?? []) found('tasks', inFull);
  const known = new Map(suite.list().map((task) => [task.id, task]));
  const missing = tasks.filter((id) => !known.has(id));
  if (missing.length > 0)
    found(
      'tasks',
      `${missing.length} of ${tasks.length} tasks cannot be read: ${some(missing)}. Correct them, or leave them out of the suite.`,
    );
  const empty: string[] = [];
  for (const task of known.values()) {
    // The others lie in images, which are fetched when they are needed.
    if (task.image !== null) continue;
    const trouble = await suite.workspace(task.id).then(
      () => null,
      (error: unknown) => messageOf(error),
    );
    if (trouble !== null) empty.push(`${task.id} (${trouble.slice(0, 200)})`);
  }
  if (empty.length > 0) found('tasks', `The workspace of ${empty.length} tasks cannot be read: ${some(empty)}.`);
}

function some(names: readonly string[]): string {
  const more = names.length - MOST_NAMED;
  return `${names.slice(0, MOST_NAMED).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

function modelsOf({ models: { solve, modify, diagnose } }: Settings): readonly string[] {
  return namesOf(solve, modify, diagnose);
}

function open(settings: Settings, parts: PreflightParts): Promise<Gateway> {
  const { prices } = settings.models;
  return startGateway({
    ...parts.upstream(modelsOf(settings)),
    ...(prices ? { prices } : {}),
    models: modelsOf(settings),
    budget: { costUSD: settings.limits.costUSD },
    secrets: parts.secrets,
  });
}

/** One call to a model, in any of the APIs that its provider may speak. */
async function lookAtModel(
  gateway: Gateway,
  model: string,
  { models }: Settings,
  { signal, report }: PreflightParts,
  found: Found,
): Promise<void> {
  report(`calling ${model}`);
  const probe = await probeModel(gateway, model, askedBy(apisOf(models, model)), signal);
  signal.throwIfAborted();
  if (probe.outcome === 'answered') return;
  const why =
    probe.outcome === 'failed' ? probe.why : 'the budget of one task (`limits.taskCostUSD`) does not pay for one call';
  found(
    'models',
    `A call to ${model} failed: ${sentence(why)} Correct \`models\` in .github/huxley.yml, or the key in the Environment of the workflow.`,
  );
}

/** Whether the root passes its own check. */
async function checks(
  { agent, limits, suite }: Settings,
  opened: { readonly sandbox: Sandbox; readonly image: string; readonly layer: Layer | null },
  files: readonly FileEntry[],
  { signal, report }: PreflightParts,
  found: Found,
): Promise<boolean> {
  if (agent.check === null) return true;
  report(`checking the root: ${agent.check}`);
  const trouble = await checkVariant({ ...opened, signal }, agent.check, checkableTree(files, suite.name), limits);
  signal.throwIfAborted();
  if (trouble !== null)
    found('check', `The root does not pass \`agent.check\`, so no variant of it could:\n${trouble}`);
  return trouble === null;
}

/** One task for each of the first images that are not the agent's own. */
function foreignTasks(suite: Suite, { tasks }: Settings, own: string): readonly SuiteTask[] {
  const ordered = new Set(tasks);
  const byImage = new Map<string, SuiteTask>();
  for (const task of suite.list())
    if (task.image !== null && task.image !== own && (ordered.size === 0 || ordered.has(task.id)))
      if (!byImage.has(task.image)) byImage.set(task.image, task);
  return [...byImage.values()].slice(0, MOST_IMAGES);
}

/** Tries whether the agent comes to run at all where a task brings an image of its own, which may lack what the agent needs. */
async function startsIn(
  task: SuiteTask,
  opened: Suite,
  { agent, models, limits, suite }: Settings,
  gateway: Gateway,
  files: readonly FileEntry[],
  { openSandbox, layer, signal, report }: PreflightParts & { readonly layer: Layer | null },
  found: Found,
): Promise<void> {
  report(`starting the agent in the image of ${task.id}`);
  const system = (await opened.systems?.open(task.id)) ?? null;
  const { sandbox, image } = await openSandbox(system === null ? task.image! : agent.image);
  // It may ask, and is refused: whether it comes so far is all that counts.
  const token = gateway.token('a start of the agent', { costUSD: 0 });
  const tried = await withTree(visibleTree(files, agent.protect, suite.name), (agentFolder) =>
    attempt(sandbox, {
      // The first step is enough of a task of several, and its statement is the one below.
      system: system && { ...system, steps: [{ ...system.steps[0]!, name: '' }] },
      image,
      foreign: true,
      purpose: 'agent',
      mode: 'solve',
      command: agent.solve,
      agentFolder,
      layer,
      workdir: '/huxley/workspace',
      workspace: [],
      take: [],
      statement: 'Nothing has to be done: this only tries whether the agent starts.',
      models: namesOf(models.solve),
      token,
      socketFolder: gateway.socketFolder,
      seconds: START_SECONDS,
      limits,
      signal,
    }),
  ).finally(() => gateway.revoke(token));
  const { exitCode, transcript } = tried;
  const printed = transcript.trim().slice(-1_000);
  if (exitCode === 126 || exitCode === 127 || (exitCode !== 0 && NOT_STARTED.test(printed)))
    found(
      'image',
      `The agent does not start in the image of ${task.id} (${task.image}): exit ${exitCode}. There it has Node, Python and what is in its repository, but nothing else from its own image (\`agent.image: ${agent.image}\`). Put what it needs into its repository, start Python as \`$HUXLEY_RUNTIME/bin/python3\`, or use a suite whose tasks run in the agent's image.\n${printed}`,
    );
}
