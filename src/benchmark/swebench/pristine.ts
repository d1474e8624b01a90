import type { FileEntry } from '../../model/file.ts';
import type { Sandbox } from '../../sandbox/port.ts';

/** Where the repository lies in the images. */
export const TESTBED = '/testbed';

const LIMITS = { maxBytes: 1024 ** 3, maxFiles: 100_000 };

/** The repository as an instance's image has it, without its history. */
export async function pristineOf(image: string, sandbox: Sandbox): Promise<readonly FileEntry[]> {
  await using box = await sandbox.create({
    image,
    purpose: 'workspace',
    tmpfs: [{ target: '/tmp', sizeMB: 64 }],
    memoryMB: 1024,
    cpus: 1,
    pids: 64,
  });
  const listed = await box.exec({
    command: ['find', '.', '-path', './.git', '-prune', '-o', '-not', '-type', 'd', '-printf', '%P\\0'],
    cwd: TESTBED,
    timeoutSeconds: 120,
    maxOutputBytes: 16 * 1024 * 1024,
  });
  const only = listed.stdout.split('\0').filter((path) => path !== '');
  return await box.take(TESTBED, { ...LIMITS, only });
}
