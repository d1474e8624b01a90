import { bytesOfText } from '../../model/bytes.ts';
import { HuxleyError } from '../../model/error.ts';
import type { FileEntry } from '../../model/file.ts';
import type { Sandbox } from '../../sandbox/port.ts';

/** Ways to apply a patch, the strictest first, as SWE-bench's harness tries them. */
const WAYS = [
  'git apply --whitespace=nowarn -',
  'git apply --whitespace=nowarn --reject -',
  'patch --batch --fuzz=5 -p1 -i -',
];

/**
 * A workspace with a patch applied, worked out in a container since the patch may come from anywhere; `null` where it
 * applies in no way.
 */
export async function applyPatch(
  workspace: readonly FileEntry[],
  patch: string,
  { sandbox, image, signal }: { readonly sandbox: Sandbox; readonly image: string; readonly signal: AbortSignal },
): Promise<readonly FileEntry[] | null> {
  for (const way of WAYS) {
    await using container = await sandbox.create({
      image,
      purpose: 'patch',
      memoryMB: 512,
      cpus: 1,
      pids: 32,
      tmpfs: [
        { target: '/work', sizeMB: 128 },
        { target: '/tmp', sizeMB: 64 },
      ],
    });
    await container.copyIn('/work', workspace);
    const { exitCode } = await container.exec({
      command: ['sh', '-c', way],
      cwd: '/work',
      stdin: bytesOfText(patch.endsWith('\n') ? patch : `${patch}\n`),
      timeoutSeconds: 60,
      maxOutputBytes: 10_000,
      signal,
    });
    if (exitCode !== 0) continue;
    try {
      return await container.copyOut('/work', { maxBytes: 64 * 1024 * 1024, maxFiles: 20_000 });
    } catch (error) {
      if (error instanceof HuxleyError && error.code === 'sandbox.take') return null;
      throw error;
    }
  }
  return null;
}
