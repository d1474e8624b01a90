import { z } from 'zod';
import type { BuildConfig } from '../contract/build.ts';
import type { JobLimits } from '../contract/settings.ts';
import { projectPath } from '../environment/project.ts';
import { FORWARDER, forwarded, LOOPBACK } from '../gateway/forwarder.ts';
import { HuxleyError } from '../model/error.ts';
import type { FileEntry } from '../model/file.ts';
import { isOwnImage, nodeIn, runtimeVariable, withPath } from '../sandbox/own-image.ts';
import { type Container, LAYER_PATH, type Layer, RUNTIME, type Sandbox, type Tmpfs } from '../sandbox/port.ts';
import { buildEnvironment } from './environment.ts';
import { buildInputs, layerKey } from './inputs.ts';
import { type RegistryProxy, remedyOf, SOCKET, startProxy } from './proxy/proxy.ts';
import { sourcesOf } from './registries.ts';

/** Where the agent's folder is in every container, when it is built and when it runs: some tools write down where they were installed. */
export const AGENT_FOLDER = '/huxley/agent';

/** How a layer's folders come into a container, below `folder`. */
export function mountsIn(folder: string, layer: Layer | null | undefined) {
  return (layer?.folders ?? []).map(({ path, volume }) => ({ volume, target: `${folder}/${path}` }));
}

/**
 * Folders that a layer's lie in, as folders of the worker's: an engine makes what is missing on the way to a mount, as root.
 *
 * @param sizeMB what each may hold at most
 */
export function foldersAround(folder: string, layer: Layer | null | undefined, sizeMB: number): readonly Tmpfs[] {
  const around = new Set<string>();
  for (const { path } of layer?.folders ?? [])
    for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) around.add(path.slice(0, end));
  return [...around].map((path) => ({ target: `${folder}/${path}`, sizeMB }));
}

const PROXY_FOLDER = '/huxley/registries';
const FORWARDER_FILE = '/huxley/forwarder.mjs';
const MADE_FILE = '/huxley/made.mjs';

const BUILD_SECONDS = 1_800;
/** Installers want more of a machine than most agents. */
const LEAST = { memoryMB: 4_096, cpus: 2, pids: 1_024 };
/** What a build may leave, and how often that is looked at. */
const MOST_MB = 10 * 1024;
const LOOK_MILLISECONDS = 5_000;
const OUTPUT_BYTES = 64 * 1024;
const MOST_FOLDERS = 32;

const madeSchema = z.object({ folders: z.array(z.string()), others: z.array(z.string()) });

/** What builds are made with. */
export interface Builder {
  readonly sandbox: Sandbox;
  /** The image agents run in. */
  readonly image: string;
  /** The value of a secret of the workflow; throws HuxleyError where there is none. */
  readonly secretOf: (name: string) => string;
  readonly limits: JobLimits;
  readonly signal: AbortSignal;
  readonly report: (line: string) => void;
}

/**
 * What an agent depends on, installed: made once for the same files. The build sees those files alone, without network but the
 * registries, without a key, a task or an answer.
 *
 * @param tree the agent's files without what no build may see: workflows and tasks
 * @throws HuxleyError `build.failed` where the command itself failed, `build.registry` where a registry could not be reached
 */
export async function buildAgent(builder: Builder, config: BuildConfig, tree: readonly FileEntry[]): Promise<Layer> {
  const inputs = buildInputs(tree, config);
  const work = builder.sandbox.layer(layerKey(config, builder.image, inputs), async () => {
    builder.report(`building the agent: ${config.command}`);
    const work = await openBuild(builder, config, inputs);
    try {
      await work.run(config.command);
      if (work.refused.size > 0) builder.report(`The build was refused: ${[...work.refused].slice(0, 5).join(', ')}.`);
      const { folders, others } = await made(work.container, nodeIn(!isOwnImage(builder.image)), inputs);
      if (folders.length === 0)
        throw new HuxleyError(
          'build.failed',
          `\`${config.command}\` made no folder in the agent's folder`,
          'Let it install there (`npm ci`, `python3 -m venv .venv`): what lies elsewhere is gone when it ends.',
        );
      if (others.length > 0)
        builder.report(`Not kept, as only folders that the build makes are: ${others.slice(0, 5).join(', ')}.`);
      return {
        container: work.container,
        folder: AGENT_FOLDER,
        paths: folders,
        [Symbol.asyncDispose]: () => work[Symbol.asyncDispose](),
      };
    } catch (error) {
      await work[Symbol.asyncDispose]();
      throw error;
    }
  });
  return await work.catch(ownFault);
}

/** What a build left cannot be read, or it took its container down: that is its own doing. */
function ownFault(error: unknown): never {
  if (error instanceof HuxleyError && ['sandbox.take', 'sandbox.ended'].includes(error.code))
    throw new HuxleyError(
      'build.failed',
      `What the build made cannot be kept: ${error.message}`,
      'Let it leave files that its own user can read, within its memory and processes.',
      { cause: error },
    );
  throw error;
}

/** Lock files as the configured command leaves them, where it changed them. @param locks whether a path may be one */
export async function refreshLocks(
  builder: Builder,
  config: BuildConfig,
  tree: readonly FileEntry[],
  isLock: (path: string) => boolean,
): Promise<readonly FileEntry[]> {
  if (config.lock === null) return [];
  const inputs = buildInputs(tree, config);
  const locks = inputs.filter(({ path }) => isLock(path));
  if (locks.length === 0) return [];
  builder.report(`bringing lock files up to date: ${config.lock}`);
  await using work = await openBuild(builder, config, inputs);
  await work.run(config.lock);
  const only = locks.map(({ path }) => path);
  const limits = { maxBytes: 32 * 1024 ** 2, maxFiles: 100, only };
  const now = await work.container.copyOut(AGENT_FOLDER, limits).catch(ownFault);
  const before = new Map(locks.map(({ path, content }) => [path, Buffer.from(content)]));
  return now.filter(({ path, content }) => before.get(path)?.equals(content) === false);
}

interface Build extends AsyncDisposable {
  readonly container: Container;
  /** Hosts it asked for that are not registries; untrusted text. */
  readonly refused: ReadonlySet<string>;
  /** Runs a command to its end, with nothing left running after it; throws where it fails. */
  run(command: string): Promise<void>;
}

async function openBuild(builder: Builder, config: BuildConfig, inputs: readonly FileEntry[]): Promise<Build> {
  const { sandbox, image, limits, signal } = builder;
  const withRuntime = !isOwnImage(image);
  await using stack = new AsyncDisposableStack();
  const proxy = stack.use(await startProxy(sourcesOf(config.registries, builder.secretOf)));
  const container = stack.use(
    await sandbox.create({
      image,
      purpose: 'build',
      agentRuntime: withRuntime,
      mounts: [
        { source: proxy.folder, target: PROXY_FOLDER },
        { source: FORWARDER, target: FORWARDER_FILE },
        { source: projectPath('src', 'build', 'made.mjs'), target: MADE_FILE },
      ],
      tmpfs: [],
      scratch: [AGENT_FOLDER, '/tmp'],
      memoryMB: Math.max(LEAST.memoryMB, limits.memoryMB),
      cpus: Math.max(LEAST.cpus, limits.cpus),
      pids: Math.max(LEAST.pids, limits.pids),
    }),
  );
  await container.copyIn(AGENT_FOLDER, inputs);
  const owned = stack.move();
  return {
    container,
    refused: proxy.refused,
    run: (command) => runBuild(container, command, { proxy, signal, withRuntime }),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

async function runBuild(
  container: Container,
  command: string,
  {
    proxy,
    signal,
    withRuntime,
  }: { readonly proxy: RegistryProxy; readonly signal: AbortSignal; readonly withRuntime: boolean },
) {
  const size = new AbortController();
  const du = withRuntime ? `${RUNTIME}/bin/du` : 'du';
  let busy = false;
  const looking = setInterval(async () => {
    // One at a time: a look that takes too long would end the build with itself.
    if (busy) return;
    busy = true;
    if (await tooLarge(container, du)) size.abort();
    busy = false;
  }, LOOK_MILLISECONDS);
  const large = () =>
    new HuxleyError(
      'build.failed',
      `\`${command}\` wrote more than ${MOST_MB / 1024} GiB`,
      'Install less, or use an image that contains what is large (`agent.image`).',
    );
  const result = await container
    .exec({
      command: withPath(
        withRuntime,
        false,
        forwarded(nodeIn(withRuntime), FORWARDER_FILE, `${PROXY_FOLDER}/${SOCKET}`, ['sh', '-c', command]),
      ),
      cwd: AGENT_FOLDER,
      env: { ...buildEnvironment(LOOPBACK, PROXY_FOLDER), ...runtimeVariable(withRuntime) },
      timeoutSeconds: BUILD_SECONDS,
      maxOutputBytes: OUTPUT_BYTES,
      signal: AbortSignal.any([signal, size.signal]),
    })
    .catch((error) => {
      if (signal.aborted || !size.signal.aborted) throw error;
      throw large();
    })
    .finally(() => clearInterval(looking));
  await container.quiesce();
  if (await tooLarge(container, du)) throw large();
  if (result.exitCode === 0) return;
  const printed = ends(`${result.stdout}\n${result.stderr}`.trim());
  const how = result.timedOut
    ? `was not done after ${BUILD_SECONDS / 60} minutes`
    : `failed (exit ${result.exitCode ?? 'by a kill'})`;
  const unreachable = await proxy.unreachable();
  if (unreachable !== null)
    throw new HuxleyError(
      'build.registry',
      `\`${command}\` ${how}: ${unreachable[0]} cannot be reached from here (${unreachable[1]})`,
      'Give the worker a network that reaches it, name a mirror (`agent.registries: [{ host, url }]`), or share the layers of a worker that has one (the input `layers`).',
    );
  throw new HuxleyError(
    'build.failed',
    `\`${command}\` ${how}:\n${printed}`,
    remedyOf(proxy, 'Run it in a fresh clone to see why.'),
  );
}

/** Some tools say first what is wrong, some last. */
function ends(text: string): string {
  return text.length <= 2_000 ? text : `${text.slice(0, 1_000)}\n…\n${text.slice(-1_000)}`;
}

async function tooLarge(container: Container, du: string): Promise<boolean> {
  const command = [du, '-sxm', AGENT_FOLDER, '/tmp'];
  const used = await container
    .exec({ command, timeoutSeconds: BUILD_SECONDS, maxOutputBytes: 10_000 })
    .catch(() => null);
  const sizes = (used?.stdout ?? '').split('\n').map((line) => Number.parseInt(line, 10) || 0);
  return sizes.reduce((sum, size) => sum + size, 0) > MOST_MB;
}

async function made(container: Container, node: string, inputs: readonly FileEntry[]) {
  const listed = await container.exec({
    command: [node, MADE_FILE, AGENT_FOLDER],
    stdin: JSON.stringify(inputs.map(({ path }) => path)),
    timeoutSeconds: 120,
    maxOutputBytes: 1024 ** 2,
  });
  const refuse = (why: string) =>
    new HuxleyError(
      'build.failed',
      `What the build made cannot be kept: ${why}`,
      'Let it make few folders of plain names.',
    );
  if (listed.exitCode !== 0 || listed.truncated) throw refuse(listed.stderr.slice(-300) || 'there is too much of it');
  const { folders, others } = madeSchema.parse(JSON.parse(listed.stdout));
  if (folders.length > MOST_FOLDERS) throw refuse(`it made ${folders.length} folders`);
  const odd = folders.find((path) => !LAYER_PATH.test(path) || path.split('/').some((part) => /^\.\.?$/.test(part)));
  if (odd !== undefined) throw refuse(`the folder '${odd.replace(/[^\w.@+/-]/g, '?').slice(0, 100)}'`);
  return { folders, others: others.map((path) => path.replace(/[^\w.@+/ -]/g, '?').slice(0, 100)) };
}
