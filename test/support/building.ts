import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject } from 'vitest';
import type { Builder } from '../../src/build/build.ts';
import type { FileEntry } from '../../src/model/file.ts';
import { dockerSandbox } from '../../src/sandbox/docker.ts';
import type { Layer } from '../../src/sandbox/port.ts';

/** A secret that must turn up nowhere in a build. */
export const PLANTED_TOKEN = 'npm_planted-77b1c0de9f';

export function fileOf(path: string, text: string): FileEntry {
  return { path, content: Buffer.from(text), executable: false };
}

/** A folder of the machine's in which builds are remembered. */
export function newHome(): string {
  return mkdtempSync(join(tmpdir(), 'huxley-test-home-'));
}

/** What builds are made with, on the tests' engine; what it reports is kept in `said`. */
export function builderWith({ home = newHome(), layers }: { home?: string; layers?: string } = {}) {
  const said: string[] = [];
  const report = (line: string) => void said.push(line);
  const sandbox = dockerSandbox({ socket: inject('engineSocket') }, { home, layers, report });
  const limits = { taskSeconds: 60, costUSD: 1, taskCostUSD: 1, memoryMB: 512, cpus: 1, pids: 128 };
  const builder: Builder = {
    ...{ sandbox, image: inject('sandboxImage'), limits, report, signal: new AbortController().signal },
    secretOf: (name) => (name === 'NPM_TOKEN' ? PLANTED_TOKEN : `no ${name}`),
  };
  return { builder, said };
}

/** What a command prints where a layer is mounted below /work. */
export async function inLayer({ sandbox, image }: Builder, { folders }: Layer, command: string): Promise<string> {
  await using container = await sandbox.create({
    ...{ image, purpose: 'test', memoryMB: 256, cpus: 1, pids: 64, tmpfs: [{ target: '/work', sizeMB: 16 }] },
    mounts: folders.map(({ path, volume }) => ({ volume, target: `/work/${path}` })),
  });
  const spec = { cwd: '/work', timeoutSeconds: 30, maxOutputBytes: 100_000 };
  const { stdout, stderr } = await container.exec({ command: ['sh', '-c', command], ...spec });
  return (stdout + stderr).trim();
}
