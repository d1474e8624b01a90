import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject, onTestFinished } from 'vitest';
import type { FileEntry } from '../../src/model/file.ts';
import { connect, statusOf } from '../../src/sandbox/engine.ts';
import { type Images, imagesOn } from '../../src/sandbox/images/images.ts';
import { buildImage } from '../../src/sandbox/system/image.ts';

export const MEGABYTE = 1024 ** 2;

/** A folder with so many bytes that no other has, on top of the sandbox image. */
export function contextOf(base: string, megabytes: number, more = ''): readonly FileEntry[] {
  const file = (path: string, content: Buffer): FileEntry => ({ path, content, executable: false });
  return [
    file('Dockerfile', Buffer.from(`FROM ${base}\nCOPY random /random\n${more}`)),
    file('random', randomBytes(megabytes * MEGABYTE)),
  ];
}

/** Images of one test on its engine, below a name of its own; all of them are gone after it. */
export async function diskWorld() {
  const socket = inject('engineSocket');
  const docker = connect({ socket });
  const base = inject('sandboxImage');
  const prefix = `huxley-disk-${process.pid}-${randomBytes(3).toString('hex')}`;
  const home = mkdtempSync(join(tmpdir(), 'huxley-test-disk-'));
  const there = async (): Promise<string[]> => {
    const images = await docker.listImages({ filters: { reference: [`${prefix}*`, `${prefix}*/*`] } });
    return images.flatMap(({ RepoTags }) => RepoTags ?? []).sort();
  };
  onTestFinished(async () => {
    for (const tag of [...(await there()), ...pulled.filter((each) => !each.includes('@'))])
      await docker.getImage(tag).remove({ force: true }).catch(unlessAbsent);
    for (const each of pulled) await docker.getImage(each).remove({ force: true }).catch(unlessAbsent);
    rmSync(home, { recursive: true, force: true });
  });
  const said: string[] = [];
  const pulled: string[] = [];
  const report = (line: string) => void said.push(line);
  const { Size } = await docker.getImage(base).inspect();
  const name = (n: number | string) => `${prefix}/task:${n}`;
  return {
    ...{ docker, socket, base, prefix, home, said, pulled, there, name },
    baseGB: Size / 1024 ** 3,
    limitedTo: (diskGB: number | undefined, at = home): Images => imagesOn({ socket }, { diskGB, home: at, report }),
    build: (images: Images, n: number | string, megabytes: number, more?: string) =>
      images.make(name(n), 'built', () => buildImage(docker, name(n), contextOf(base, megabytes, more), 120, report)),
  };
}

function unlessAbsent(error: unknown): void {
  if (statusOf(error) !== 404) throw error;
}
