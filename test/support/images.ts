import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { inject, onTestFinished } from 'vitest';
import { huxleyHome } from '../../src/environment/home.ts';
import { HuxleyError } from '../../src/model/error.ts';
import type { FileEntry } from '../../src/model/file.ts';
import { connect, hasImage } from '../../src/sandbox/engine.ts';
import { debootstrapImage, debootstrapReference, pullImage } from '../../src/sandbox/setup/base.ts';
import { followed } from '../../src/sandbox/setup/follow.ts';
import { packFiles } from '../../src/sandbox/tar.ts';

const MACHINE = process.arch === 'arm64' ? 'aarch64' : 'x86_64';
/** An Ubuntu of 2018, older than Debian 10: glibc 2.27. */
const OLD = { suite: 'bionic', packages: ['ca-certificates'], mirror: 'http://archive.ubuntu.com/ubuntu' };

/** Why an image cannot be had on this machine. */
export class NoImage extends Error {}

/** An image whose glibc is older than what Node 24 and Debian 12's programs ask for. */
export async function oldImage(): Promise<string> {
  const docker = connect({ socket: inject('engineSocket') });
  const made = debootstrapReference(OLD);
  if (await hasImage(docker, made)) return made;
  const pulled = await pullImage(docker, 'ubuntu:18.04', console.log);
  if (pulled !== undefined) return pulled;
  const answer = await fetch(`${OLD.mirror}/dists/${OLD.suite}/Release`, { method: 'HEAD' }).catch(() => null);
  if (!answer?.ok) throw new NoImage(`Ubuntu 18.04 cannot be pulled, and ${OLD.mirror} does not answer`);
  return await debootstrapImage(docker, OLD, join(huxleyHome(), 'images'), console.log).catch((error) => {
    throw error instanceof HuxleyError && error.code === 'setup.base' ? new NoImage(error.message) : error;
  });
}

/** BusyBox's shell, linked statically, and nothing else. */
export async function bareImage(): Promise<string> {
  return await imageOf('bare', [executable('bin/sh', readFileSync(fileOf('busybox-static', 'bin/busybox')))]);
}

/** What Alpine is: BusyBox, its commands as links, and musl in place of glibc. */
export async function muslImage(): Promise<string> {
  const busybox = fileOf('busybox-static', 'bin/busybox');
  const commands = execFileSync(busybox, ['--list'], { encoding: 'utf8' }).trim().split('\n');
  const links = commands.filter((name) => name !== 'busybox').map((name) => link(`bin/${name}`, 'busybox'));
  const musl = readFileSync(fileOf('musl', `${MACHINE}-linux-musl/libc.so`));
  return await imageOf('musl', [
    executable('bin/busybox', readFileSync(busybox)),
    ...links,
    executable(`lib/ld-musl-${MACHINE}.so.1`, musl),
  ]);
}

const executable = (path: string, content: Uint8Array): FileEntry => ({ path, content, executable: true });
const link = (path: string, to: string): FileEntry => ({
  ...{ path, link: to, executable: false, content: new Uint8Array() },
});

/** The file whose path ends so in a Debian package; gone after the test. */
function fileOf(name: string, end: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'huxley-package-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  try {
    execFileSync('apt-get', ['download', name], { cwd: folder, stdio: 'pipe' });
  } catch (error) {
    throw new NoImage(`apt-get cannot download ${name}: ${(error as Error).message.slice(0, 300)}`);
  }
  execFileSync('sh', ['-c', 'dpkg-deb -x *.deb .'], { cwd: folder });
  const path = readdirSync(folder, { recursive: true, encoding: 'utf8' }).find(
    (each) => each.endsWith(`/${end}`) || each === end,
  );
  return join(folder, path!);
}

/** An image of these files, removed after the test. */
async function imageOf(name: string, files: readonly FileEntry[]): Promise<string> {
  const docker = connect({ socket: inject('engineSocket') });
  const tar = Readable.from(await packFiles([{ folder: '', files, folderMode: 0o755 }]), { objectMode: false });
  const tag = `${name}-${process.pid}`;
  await followed(docker, await docker.importImage(tar, { repo: 'huxley/test', tag }));
  onTestFinished(() => docker.getImage(`huxley/test:${tag}`).remove({ force: true }));
  return `huxley/test:${tag}`;
}
