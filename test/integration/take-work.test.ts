import { describe, expect, inject, test } from 'vitest';
import { takeWork } from '../../src/job/attempt/take-work.ts';
import { patchOf } from '../../src/job/tree/patch-of.ts';
import type { FileEntry } from '../../src/model/file.ts';
import { dockerSandbox } from '../../src/sandbox/docker.ts';
import type { Container } from '../../src/sandbox/port.ts';
import { ensureImage } from '../../src/sandbox/setup/image.ts';

const engine = { socket: inject('engineSocket') };
const sandbox = dockerSandbox(engine);
const image = await ensureImage(engine, 'sandbox', { report: () => {} });
const LIMITS = { maxBytes: 64 * 1024 * 1024, maxFiles: 20_000 };
const file = (path: string, text = 'x\n'): FileEntry => ({ path, content: Buffer.from(text), executable: false });
const before: readonly FileEntry[] = [
  file('calc.py'),
  file('.gitignore', '*.log\nbuild/\n.venv/\n'),
  file('packages/core/index.js', 'module.exports = 1;\n'),
  file('README.md', 'read\n'),
  { path: 'node_modules/core', link: '../packages/core', content: new Uint8Array(), executable: false },
  { path: 'docs/README.md', link: '../README.md', content: Buffer.from('read\n'), executable: false },
];

/** What is taken after a command ran in a workspace. */
async function after<T>(command: string, look: (container: Container) => Promise<T>): Promise<T> {
  await using container = await sandbox.create({
    image,
    purpose: 'agent',
    tmpfs: [
      { target: '/work', sizeMB: 256 },
      { target: '/tmp', sizeMB: 64 },
    ],
    memoryMB: 512,
    cpus: 1,
    pids: 64,
  });
  await container.copyIn('/work', before);
  const { exitCode, stderr } = await container.exec({
    command: ['bash', '-ec', command],
    cwd: '/work',
    timeoutSeconds: 60,
    maxOutputBytes: 10_000,
  });
  expect(stderr).toBe('');
  expect(exitCode).toBe(0);
  await container.quiesce();
  return await look(container);
}
const take = (command: string) => after(command, (container) => takeWork(container, '/work', before, LIMITS));

describe('what an agent leaves beside its work', () => {
  test('links of the image work in the container, and are no change afterwards', async () => {
    const { files, skipped } = await take(
      'node -e "require(\'core\')"; cat docs/README.md >/dev/null; echo more >> docs/README.md',
    );
    expect(skipped).toEqual([]);
    expect(await patchOf(before, files)).toMatch(/^diff --git a\/README.md b\/README.md\n[\s\S]*\+more\n$/);
  });

  test('odd entries are skipped and told, and the work is taken', async () => {
    const { files, skipped } = await take(`echo fixed > calc.py; echo new > new.py
mkfifo pipe; ln -s /usr/bin/python3 python; ln -s ../../etc up; ln -s packages folder; ln -s new.py alias.py
mkdir closed && echo x > closed/x && chmod 000 closed; echo x > secret && chmod 000 secret
truncate -s 100M core; mkdir -p .venv/bin build && ln -s /usr/bin/python3 .venv/bin/python && truncate -s 90M build/big && mkfifo build/pipe && echo x > a.log
ln -sfn /tmp node_modules/core`);
    expect([...skipped].sort()).toEqual([
      'closed (a folder that cannot be read)',
      'core (100 MiB)',
      'folder (a link to a folder, or to nothing)',
      'node_modules/core (a link, left as it was)',
      'pipe (a fifo)',
      'python (a link that leads out)',
      'secret (unreadable)',
      'up (a link that leads out)',
    ]);
    const patch = await patchOf(before, files);
    expect(patch.match(/^diff --git .*$/gm)).toEqual([
      'diff --git a/alias.py b/alias.py',
      'diff --git a/calc.py b/calc.py',
      'diff --git a/new.py b/new.py',
    ]);
  });

  test.each([
    ['a fifo', 'rm calc.py; mkfifo calc.py', "'calc.py' is a fifo now"],
    ['a link out', 'ln -sf /etc/passwd calc.py', "'calc.py' is a link that leads out now"],
    ['unreadable', 'chmod 000 calc.py', "'calc.py' is unreadable now"],
    ['in a folder that is closed', 'chmod 000 packages/core', "'packages/core' cannot be read"],
  ])('a file of the solution that is %s refuses the work', async (_, command, why) => {
    await expect(take(command)).rejects.toMatchObject({ code: 'sandbox.take', message: expect.stringContaining(why) });
  });

  test('many new files of which no one is large: the largest are left, the work is taken', async () => {
    const { files, skipped } = await take(
      'echo fixed > calc.py; for i in $(seq 6); do head -c 15M /dev/zero > "data$i.bin"; done',
    );
    expect(skipped).toHaveLength(2);
    expect(skipped[0]).toMatch(/^data\d\.bin \(more than may be taken\)$/);
    expect(files.some(({ path, content }) => path === 'calc.py' && Buffer.from(content).toString() === 'fixed\n')).toBe(
      true,
    );
  });
});
