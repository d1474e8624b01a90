import type { FileEntry } from '../../../model/file.ts';
import type { Sandbox } from '../../../sandbox/port.ts';

const FIND = "find . -path ./.git -prune -o '(' -type f -readable -size -512M -o -type l ')' -printf '%P\\0'";
const LIMITS = { maxBytes: 1024 ** 3, maxFiles: 100_000 };

/**
 * The repository as an instance's image has it: its files and links, without its history, and without what no test can need:
 * fifos, devices, what nobody may read, and files of half a gigabyte.
 */
export async function pristineOf(image: string, workdir: string, sandbox: Sandbox): Promise<readonly FileEntry[]> {
  await using container = await sandbox.create({
    image,
    purpose: 'workspace',
    tmpfs: [{ target: '/tmp', sizeMB: 64 }],
    memoryMB: 1024,
    cpus: 1,
    pids: 64,
  });
  const listed = await container.exec({
    command: ['bash', '-c', FIND],
    cwd: workdir,
    timeoutSeconds: 120,
    maxOutputBytes: 16 * 1024 * 1024,
  });
  const only = listed.stdout.split('\0').filter((path) => path !== '');
  return await container.copyOut(workdir, { ...LIMITS, only, links: true });
}
