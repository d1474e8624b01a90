import { mkdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type Docker from 'dockerode';
import { huxleyHome } from '../environment/home.ts';
import { messageOf } from '../model/error.ts';
import { createOptions } from './hardening.ts';
import { thisProcess } from './owner.ts';

const MEGABYTE = 1024 * 1024;
/** Larger images are left as they are: reading them would take longer than the tests, and more memory than there may be. */
const MOST_MB = 1024;
/** How long what was read is taken to be still in memory. */
const FRESH_MILLISECONDS = 3_600_000;

/**
 * Reads every file of an image once an hour, so that all of them lie in memory. Containers share that memory: code under test
 * that read some files and not others would leave a message in it, for any later container that times its own reading. No
 * container can empty it (docker/seccomp.json).
 *
 * @returns why it was not done, where it was not
 */
export async function warm(docker: Docker, image: string, owner: string, runtime: string | undefined) {
  try {
    const { Id, Size } = await docker.getImage(image).inspect();
    const sizeMB = Math.ceil(Size / MEGABYTE);
    if (sizeMB > MOST_MB) return `${image} is larger than ${MOST_MB} MB`;
    const folder = join(huxleyHome(), 'warm');
    const mark = join(folder, `${thisProcess().boot}-${Id.replace(/\W/g, '-')}`);
    const last = await stat(mark).catch(() => undefined);
    if (last !== undefined && Date.now() - last.mtimeMs < FRESH_MILLISECONDS) return undefined;
    const spec = { image, purpose: 'warm', tmpfs: [], memoryMB: sizeMB + 256, cpus: 2, pids: 64 };
    const options = createOptions(spec, { owner, runtime, withFiles: false });
    const read = 'find / -xdev -type f -exec cat {} + > /dev/null 2>&1';
    const container = await docker.createContainer({ ...options, Entrypoint: ['/bin/sh', '-c', `${read}; exit 0`] });
    const ended = container.wait({ condition: 'removed' });
    ended.catch(() => undefined);
    try {
      await container.start();
    } catch (error) {
      await container.remove({ force: true }).catch(() => undefined);
      throw error;
    }
    await ended;
    await mkdir(folder, { recursive: true });
    await writeFile(mark, '');
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}
