import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Registry } from '../contract/build.ts';
import { HuxleyError, messageOf } from '../model/error.ts';
import type { FileEntry } from '../model/file.ts';
import { connect, type EngineAddress } from '../sandbox/engine.ts';
import { OWNER_LABEL } from '../sandbox/hardening.ts';
import type { Images } from '../sandbox/images/images.ts';
import { ownerToString, thisProcess } from '../sandbox/owner.ts';
import { followed } from '../sandbox/setup/follow.ts';
import { hashFiles, packFiles } from '../sandbox/tar.ts';
import { proxyVariables } from './environment.ts';
import { type RegistryProxy, remedyOf, startProxy } from './proxy/proxy.ts';
import { sourcesOf } from './registries.ts';

/** Whether an image's name is a Dockerfile's path in the agent's repository. */
export function isDockerfile(image: string): boolean {
  return image.startsWith('./');
}

interface DockerfileBuild {
  readonly engine: EngineAddress;
  readonly images: Pick<Images, 'make' | 'bases'>;
  /** Path of the Dockerfile, with `./`. */
  readonly image: string;
  readonly registries: readonly Registry[] | undefined;
  readonly secretOf: (name: string) => string;
  readonly signal: AbortSignal;
  readonly report: (line: string) => void;
}

/**
 * The image that a Dockerfile of the agent's repository makes; built once for the same files. Its commands reach the configured
 * registries and nothing else; what `FROM` and `ADD` name, the engine fetches.
 *
 * @param context the repository's files without workflows and tasks, as the run's configuration has them: never a variant's
 * @throws HuxleyError `build.image`, or `build.registry` where a registry could not be reached
 */
export async function dockerfileImage(build: DockerfileBuild, context: readonly FileEntry[]): Promise<string> {
  const dockerfile = build.image.replace(/^\.\/+/, '');
  const file = context.find(({ path }) => path === dockerfile);
  if (file === undefined)
    throw new HuxleyError(
      'build.image',
      `The repository has no file ${dockerfile}, which \`agent.image\` names`,
      'Name a Dockerfile by its path, such as `./Dockerfile`, or an image.',
    );
  const hash = createHash('sha256').update(JSON.stringify([1, process.arch, dockerfile]));
  hashFiles(
    hash,
    [...context].sort((a, b) => (a.path < b.path ? -1 : 1)),
  );
  const reference = `huxley/agent:${hash.digest('hex').slice(0, 32)}`;
  const docker = connect(build.engine);
  const sources = sourcesOf(build.registries, build.secretOf);
  await build.images.make(reference, 'built', async () => {
    await using _ = await build.images.bases(Buffer.from(file.content).toString('utf8'));
    build.report(`Building the agent's image from ${dockerfile}.`);
    const name = `huxley-build-${randomBytes(6).toString('hex')}`;
    const Labels = { [OWNER_LABEL]: ownerToString(thisProcess()) };
    const network = await docker.createNetwork({ Name: name, Internal: true, Labels }).catch(cannotListen);
    try {
      const { IPAM } = await network.inspect().catch(cannotListen);
      const address =
        IPAM?.Config?.[0]?.Gateway?.split('/')[0] ?? cannotListen(new Error('the network has no gateway'));
      using proxy = await startProxy(sources, { address }).catch(cannotListen);
      const tar = await packFiles([{ folder: '', files: context, folderMode: 0o755 }]);
      try {
        const stream = await docker.buildImage(Readable.from(tar, { objectMode: false }), {
          ...{ t: reference, dockerfile, networkmode: name, rm: true, forcerm: true },
          buildargs: proxyVariables(`http://${address}:${proxy.port}`),
        });
        await followed(docker, stream, build.signal);
      } catch (error) {
        build.signal.throwIfAborted();
        throw await failure(dockerfile, proxy, error);
      }
    } finally {
      await leave(network, build.report);
    }
  });
  return reference;
}

/** What ran on it may take a moment to end. */
async function leave(network: { remove(): Promise<unknown> }, report: (line: string) => void): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      await network.remove();
      return;
    } catch (error) {
      if (tries < 20) await sleep(500);
      else return report(`A network of a build stays for now: ${messageOf(error)}`);
    }
  }
}

function cannotListen(error: unknown): never {
  throw new HuxleyError(
    'build.image',
    `The engine's networks cannot be listened on from here: ${messageOf(error)}`,
    'Build the image elsewhere and name it by digest, or use `agent.build`: that needs no network of the engine.',
    { cause: error },
  );
}

async function failure(dockerfile: string, proxy: RegistryProxy, error: unknown): Promise<HuxleyError> {
  const unreachable = await proxy.unreachable();
  if (unreachable !== null)
    return new HuxleyError(
      'build.registry',
      `${dockerfile} cannot be built: ${unreachable[0]} cannot be reached from here (${unreachable[1]})`,
      'Give the worker a network that reaches it, or name an image by digest.',
    );
  return new HuxleyError(
    'build.image',
    `${dockerfile} cannot be built: ${messageOf(error).slice(-1_500)}`,
    remedyOf(proxy, 'Run `docker build` on it to see why.'),
  );
}
