import type { Duplex } from 'node:stream';
import type Docker from 'dockerode';
import { timed } from '../environment/wall-time.ts';
import { commandLine } from '../model/command-line.ts';
import { HuxleyError, messageOf, sentence } from '../model/error.ts';
import { DockerContainer } from './docker-container.ts';
import { connect, type EngineAddress, hasVolume, statusOf } from './engine.ts';
import { createOptions, OWNER_LABEL, toolsOf } from './hardening.ts';
import { type Images, imagesOn } from './images/images.ts';
import { ensureLayer } from './layers/layers.ts';
import { CappedBuffer, Demultiplexer } from './output.ts';
import { isGone, ownerToString, parseOwner, thisProcess } from './owner.ts';
import type { ContainerSpec, Sandbox } from './port.ts';
import { ensureRuntime, hasLoader, runtimeMounts } from './runtime.ts';
import type { ImageOptions } from './setup/image.ts';
import { buildImage, imageSettings } from './system/image.ts';
import { DockerSystemContainer } from './system/system-container.ts';
import { packFiles } from './tar.ts';
import { warm } from './warm.ts';

/**
 * The sandbox on a Docker engine.
 *
 * @param options.runtime an OCI runtime the engine knows, e.g. `runsc`; the engine's own by default
 * @param options.layers a folder that layers are kept in as files too, to be shared by runners; none by default
 * @param options.images what keeps account of the engine's images; without a limit by default
 * @param options.report told of containers that could not be removed; a warning of the process by default. The other options
 * are for the image that the agent's runtime is made from
 */
export function dockerSandbox(
  engine: EngineAddress,
  options: Partial<ImageOptions> & {
    readonly runtime?: string;
    readonly layers?: string | undefined;
    readonly images?: Images;
  } = {},
): Sandbox {
  const report = options.report ?? ((line: string) => process.emitWarning(line));
  const docker = connect(engine);
  const images = options.images ?? imagesOn(engine, { ...options, report });
  const owner = ownerToString(thisProcess());
  let said = false;
  const warmed = new Map<string, Promise<void>>();
  /** Before code runs that knows more than a later container may: an image's files are all in memory, or none can say why. */
  const evenOut = (image: string) => {
    const known = warmed.get(image);
    if (known !== undefined) return known;
    const made = timed('images', () => warm(docker, image, owner, options.runtime)).then((why) => {
      if (why === undefined || said) return;
      said = true;
      report(`What is in memory of an image may differ by what ran before: ${sentence(why)}`);
    });
    warmed.set(image, made);
    return made;
  };
  const optionsOf = (spec: ContainerSpec, withFiles: boolean) =>
    createOptions(spec, { owner, runtime: options.runtime, withFiles });
  let hasQuotas: boolean | undefined;
  const loaders = new Map<string, boolean>();
  /** A container; where its image was removed since this process had it ready, it is had once more. */
  const createContainer = async (spec: ContainerSpec, created: Docker.ContainerCreateOptions) => {
    try {
      return await docker.createContainer(created);
    } catch (error) {
      if (statusOf(error) !== 404 || !(await images.again(spec.image))) throw notCreated(spec.image, error);
    }
    return await docker.createContainer(created).catch((error) => {
      throw notCreated(spec.image, error);
    });
  };
  /** What a container is made with once the agent's runtime is there to be mounted. */
  const withRuntime = async (spec: ContainerSpec): Promise<ContainerSpec> => {
    const folder = await ensureRuntime(engine, sandbox, { ...options, report });
    const known = loaders.get(spec.image) ?? (await hasLoader(await createContainer(spec, optionsOf(spec, false))));
    loaders.set(spec.image, known);
    return { ...spec, mounts: [...(spec.mounts ?? []), ...runtimeMounts(folder, known)] };
  };
  const sandbox: Sandbox = {
    async create(asked) {
      const spec = asked.agentRuntime ? await withRuntime(asked) : asked;
      if (spec.purpose === 'grade') await evenOut(spec.image);
      const withFiles = spec.files !== undefined;
      await mustHaveVolumes(docker, spec);
      const created = await createContainer(spec, optionsOf(spec, withFiles));
      const container = new DockerContainer(created, spec.pids, toolsOf(spec), report);
      try {
        if (withFiles) await startWithFiles(created, spec);
        else await created.start();
        // A new volume is root's, and without capabilities root can open it to others but not give it away.
        if (spec.scratch?.length) await openToAll(container, toolsOf(spec).chmod, spec.scratch);
      } catch (error) {
        await container[Symbol.asyncDispose]();
        throw notStarted(spec.image, error);
      }
      return container;
    },
    async createSystem(spec) {
      if (spec.purpose === 'grade') await evenOut(spec.image);
      const full = await withRuntime({ ...spec, tmpfs: [], writableRoot: true, agentRuntime: true });
      const make = (quota: boolean) =>
        createContainer(
          full,
          createOptions(full, {
            owner,
            runtime: options.runtime,
            withFiles: false,
            system: { diskMB: spec.diskMB, quota },
          }),
        );
      await mustHaveVolumes(docker, full);
      hasQuotas ??= await hasQuota(make(true));
      const quota = hasQuotas;
      const created = await make(quota);
      const container = new DockerSystemContainer(created, () => make(quota), spec.diskMB, report);
      try {
        await created.start();
      } catch (error) {
        await container[Symbol.asyncDispose]();
        throw notStarted(spec.image, error);
      }
      return container;
    },
    build: (reference, context, seconds) =>
      images.make(reference, 'built', async () => {
        const dockerfile = context.find(({ path }) => path === 'Dockerfile')?.content ?? '';
        await using _ = await images.bases(Buffer.from(dockerfile).toString('utf8'));
        await buildImage(docker, reference, context, seconds, report);
      }),
    settings: (image) => imageSettings(docker, image),
    hold: (image, layer) => images.hold(image, layer),
    async layer(key, make) {
      const layer = await ensureLayer(docker, key, make, { ...options, shared: options.layers, report });
      await images.keep(`huxley/layer:${key}`, 'layer');
      return layer;
    },
    sweep: () => sweep(docker),
  };
  return sandbox;
}

function notStarted(image: string, error: unknown): unknown {
  if (error instanceof HuxleyError) return error;
  return new HuxleyError(
    'sandbox.start',
    `A container of ${image} does not start: ${messageOf(error)}`,
    `Run ${commandLine('doctor')} to see what the engine lacks.`,
    { cause: error },
  );
}

/** Whether the engine's storage can hold a container to a size, by what making one came to. */
async function hasQuota(made: Promise<Docker.Container>): Promise<boolean> {
  try {
    await (await made).remove({ force: true, v: true });
    return true;
  } catch (error) {
    if (/storage.?opt|pquota|quota/i.test(messageOf(error))) return false;
    throw error;
  }
}

/** An engine would make an empty volume where one is gone. */
async function mustHaveVolumes(docker: Docker, { mounts = [] }: ContainerSpec): Promise<void> {
  for (const mount of mounts)
    if ('volume' in mount && !(await hasVolume(docker, mount.volume)))
      throw new HuxleyError(
        'layer.gone',
        `The engine no longer has the volume ${mount.volume}, which the agent's dependencies lie in`,
        'The job may be ordered again: it builds them again.',
      );
}

function notCreated(image: string, cause: unknown): HuxleyError {
  return statusOf(cause) === 404
    ? new HuxleyError(
        'sandbox.image',
        `The engine has no image '${image}'`,
        `Run ${commandLine('setup')}, which builds the images.`,
        { cause },
      )
    : new HuxleyError(
        'sandbox.create',
        `A container of ${image} cannot be made: ${messageOf(cause)}`,
        `Run ${commandLine('doctor')} to see what the engine lacks.`,
        { cause },
      );
}

/** Starts the container with a tar on its first process's standard input, and returns once everything lies in place. */
async function startWithFiles(container: Docker.Container, spec: ContainerSpec): Promise<void> {
  const folderMode = (folder: string) =>
    spec.tmpfs.some((t) => t.owner === 'shared' && within(folder, t.target)) ? 0o1777 : 0o755;
  const tar = await packFiles((spec.files ?? []).map((group) => ({ ...group, folderMode: folderMode(group.folder) })));
  const stream = (await container.attach({
    stream: true,
    hijack: true,
    stdin: true,
    stdout: true,
    stderr: true,
  })) as Duplex;
  const output = { stdout: new CappedBuffer(64), stderr: new CappedBuffer(2_000) };
  const copied = new Promise<boolean>((resolve) => {
    const demultiplexer = new Demultiplexer((name, chunk) => {
      output[name].add(chunk);
      if (output.stdout.toString().includes('copied\n')) resolve(true);
    });
    stream.on('data', (chunk: Buffer) => demultiplexer.write(chunk));
    stream.on('error', () => resolve(false));
    stream.on('close', () => resolve(false));
    stream.on('end', () => resolve(false));
  });
  await container.start();
  stream.end(tar);
  const done = await copied;
  stream.destroy();
  if (!done)
    throw new HuxleyError(
      'sandbox.put',
      `Files could not be copied into the container: ${output.stderr.toString().trim() || 'it ended'}`,
      'Raise the size of the writable folders, or copy fewer files.',
    );
}

async function openToAll(container: DockerContainer, chmod: string, folders: readonly string[]): Promise<void> {
  const { exitCode, stderr } = await container.exec({
    command: [chmod, '1777', ...folders],
    user: 'root',
    timeoutSeconds: 30,
    maxOutputBytes: 1_000,
  });
  if (exitCode !== 0) throw new Error(`chmod ${folders.join(' ')}: ${stderr.trim()}`);
}

function within(folder: string, target: string): boolean {
  return folder === target || folder.startsWith(`${target}/`);
}

/** Removes what belongs to processes of this machine that are gone. */
async function sweep(docker: Docker): Promise<number> {
  const self = thisProcess();
  const filters = { label: [OWNER_LABEL] };
  const containers = await docker.listContainers({ all: true, filters });
  let removed = 0;
  for (const { Id, Labels } of containers) {
    const owner = parseOwner(Labels[OWNER_LABEL] ?? '');
    if (owner === undefined || !isGone(owner, self)) continue;
    try {
      await docker.getContainer(Id).remove({ force: true, v: true });
      removed++;
    } catch (error) {
      // 404 and 409: another process is sweeping too, or the engine is removing it already.
      if (statusOf(error) !== 404 && statusOf(error) !== 409) throw error;
    }
  }
  // Networks that images were built on.
  for (const { Id, Labels } of await docker.listNetworks({ filters })) {
    const owner = parseOwner(Labels?.[OWNER_LABEL] ?? '');
    if (owner !== undefined && isGone(owner, self)) await docker.getNetwork(Id).remove().catch(ignoreGone);
  }
  return removed;
}

function ignoreGone(error: unknown): void {
  if (statusOf(error) !== 403 && statusOf(error) !== 404 && statusOf(error) !== 409) throw error;
}
