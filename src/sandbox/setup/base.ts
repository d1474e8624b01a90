import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type Docker from 'dockerode';
import { HuxleyError } from '../../model/error.ts';
import { pullerOn } from '../images/pull.ts';
import { aptInstall } from './engine.ts';
import { followed } from './follow.ts';
import { run } from './run.ts';

export interface DebootstrapRecipe {
  readonly suite: string;
  readonly packages: readonly string[];
  /** Where the packages come from; the mirror that the machine's own apt uses by default. */
  readonly mirror?: string;
}

export function debootstrapReference({ suite, packages }: DebootstrapRecipe): string {
  const hash = createHash('sha256').update(JSON.stringify([suite, packages, process.arch]));
  return `huxley/base:${hash.digest('hex').slice(0, 16)}`;
}

/** The base from a registry, or `undefined` where none can be reached; that is said. */
export async function pullImage(
  docker: Docker,
  reference: string,
  report: (line: string) => void,
  signal?: AbortSignal,
): Promise<string | undefined> {
  try {
    await pullerOn(docker, { report, signal, tries: 2 })(reference);
    return reference;
  } catch (error) {
    signal?.throwIfAborted();
    report(
      `${reference} cannot be pulled here (${(error as Error).message.slice(0, 160)}); making the base with debootstrap instead.`,
    );
    return undefined;
  }
}

/**
 * A minimal Debian with packages, made by debootstrap as root and kept in `cache` as a tar, so that a new engine needs seconds.
 */
export async function debootstrapImage(
  docker: Docker,
  { suite, packages, mirror: given }: DebootstrapRecipe,
  cache: string,
  report: (line: string) => void,
  signal?: AbortSignal,
): Promise<string> {
  const reference = debootstrapReference({ suite, packages });
  const key = reference.split(':')[1]!;
  const tar = join(cache, `base-${key}.tar`);
  if (!existsSync(tar)) {
    if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get'))
      throw new HuxleyError(
        'setup.base',
        'The base image can neither be pulled nor made here: debootstrap needs Debian or Ubuntu and root',
        'Give Docker access to a registry, or run the command once as root on Debian.',
      );
    if (!existsSync('/usr/sbin/debootstrap')) await aptInstall(['debootstrap'], signal);
    report('Making a Debian base with debootstrap (one to two minutes, once).');
    await mkdir(cache, { recursive: true });
    const work = await mkdtemp(join(cache, 'debootstrap-'));
    try {
      const rootfs = join(work, 'rootfs');
      const mirror = given ?? (await aptMirror(suite));
      const making = [
        '--variant=minbase',
        `--include=${packages.join(',')}`,
        suite,
        rootfs,
        ...(mirror ? [mirror] : []),
      ];
      await run('debootstrap', making, signal && { signal });
      const useless = ['var/cache/apt/archives', 'usr/share/doc', 'usr/share/locale', 'usr/share/man'].map(
        (path) => `./${path}/*`,
      );
      await run('tar', [
        '-c',
        '-C',
        rootfs,
        ...useless.map((path) => `--exclude=${path}`),
        '-f',
        join(work, 'base.tar'),
        '.',
      ]);
      await rename(join(work, 'base.tar'), tar);
    } finally {
      await rm(work, { recursive: true, force: true });
    }
  }
  await followed(docker, await docker.importImage(createReadStream(tar), { repo: 'huxley/base', tag: key }));
  return reference;
}

async function aptMirror(suite: string): Promise<string | undefined> {
  const sites = await run('apt-get', ['indextargets', '--format', '$(SITE) $(RELEASE)', 'Created-By: Packages']);
  return sites
    .split('\n')
    .find((line) => line.endsWith(` ${suite}`))
    ?.split(' ')[0];
}
