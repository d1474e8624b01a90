import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, inject, test } from 'vitest';
import { projectPath } from '../../src/environment/project.ts';
import type { FileEntry } from '../../src/model/file.ts';
import { dockerSandbox } from '../../src/sandbox/docker.ts';
import type { Container, ContainerSpec } from '../../src/sandbox/port.ts';
import { endsWithTest } from '../support/ends-with-test.ts';

const sandbox = dockerSandbox({ socket: inject('engineSocket') });
const spec = (rest: Partial<ContainerSpec> = {}): ContainerSpec => ({
  image: inject('sandboxImage'),
  purpose: 'test',
  memoryMB: 256,
  cpus: 1,
  pids: 64,
  tmpfs: [
    { target: '/work', sizeMB: 16 },
    { target: '/tmp', sizeMB: 16 },
  ],
  ...rest,
});
const file = (path: string, text: string, executable = false): FileEntry => ({
  path,
  content: Buffer.from(text),
  executable,
});
const sh = (container: Container, script: string, seconds = 20) =>
  container.exec({ command: ['sh', '-c', script], cwd: '/work', timeoutSeconds: seconds, maxOutputBytes: 10_000 });

/** Containers of this test's process, found by nothing but their label. */
function containers(purpose: string): string[] {
  const socket = inject('engineSocket');
  const args = ['ps', '-aq', '--filter', `label=huxley.purpose=${purpose}`];
  return execFileSync('docker', args, {
    encoding: 'utf8',
    env: { ...process.env, ...(socket ? { DOCKER_HOST: `unix://${socket}` } : {}) },
  })
    .split('\n')
    .filter((line) => line !== '');
}

test('files go in and come back, modes, empty ones and odd names included', async () => {
  await using container = await sandbox.create(spec());
  const files = [file('a.txt', 'x'), file('d/e/run me.sh', 'echo hi', true), file('empty', ''), file("q'uo$te", 'ä')];
  await container.copyIn('/work', files);
  const back = await container.copyOut('/work', { maxBytes: 1_000, maxFiles: 10 });
  expect(
    back.map((f) => ({ ...f, content: Buffer.from(f.content) })).sort((a, b) => (a.path < b.path ? -1 : 1)),
  ).toEqual(files);
  expect(
    await container.copyOut('/work', { maxBytes: 1_000, maxFiles: 10, only: ['d/e/run me.sh', 'absent/x'] }),
  ).toHaveLength(1);
  expect(await sh(container, 'd/e/run\\ me.sh')).toMatchObject({
    exitCode: 0,
    stdout: 'hi\n',
    stderr: '',
    truncated: false,
  });
});

test('what a command reads, prints, exits with, and how long it took', async () => {
  await using container = await sandbox.create(spec());
  const run = await container.exec({
    command: ['sh', '-c', 'cat; echo $A >&2; exit 3'],
    env: { A: 'b' },
    stdin: 'in',
    timeoutSeconds: 9,
    maxOutputBytes: 99,
  });
  expect(run).toEqual({
    exitCode: 3,
    stdout: 'in',
    stderr: 'b\n',
    truncated: false,
    timedOut: false,
    seconds: expect.any(Number),
  });
  expect(await sh(container, 'seq 100000')).toMatchObject({ exitCode: 0, truncated: true });
  expect((await sh(container, 'seq 100000')).stdout).toHaveLength(10_000);
});

test('five gigabytes of output: kept to the cap, and the writer killed', async () => {
  await using container = await sandbox.create(spec());
  const run = await sh(container, 'head -c 5000000000 /dev/zero', 60);
  expect(run).toMatchObject({ exitCode: null, truncated: true, timedOut: false });
  expect(await sh(container, 'echo still here')).toMatchObject({ stdout: 'still here\n' });
});

test('a command that leaves something holding its output ends all the same', async () => {
  await using container = await sandbox.create(spec());
  const run = await sh(container, 'sleep 1000 & echo done', 60);
  expect(run).toMatchObject({ exitCode: 0, stdout: 'done\n', timedOut: false });
});

test('an abort kills the work and says so', async () => {
  await using container = await sandbox.create(spec());
  const abort = new AbortController();
  const run = container.exec({
    command: ['sleep', '1000'],
    timeoutSeconds: 60,
    maxOutputBytes: 10,
    signal: abort.signal,
  });
  setTimeout(() => abort.abort(), 300);
  await expect(run).rejects.toMatchObject({ code: 'sandbox.aborted' });
  expect((await sh(container, 'ps -eo args=')).stdout).not.toContain('sleep 1000');
});

test('folders of root are read only to the worker; shared ones take new files and keep the old', async () => {
  await using container = await sandbox.create(
    spec({
      tmpfs: [
        { target: '/work', sizeMB: 8, owner: 'root' },
        { target: '/tree', sizeMB: 8, owner: 'shared' },
        { target: '/tmp', sizeMB: 8 },
      ],
      files: [
        { folder: '/work', files: [file('a', 'x')] },
        { folder: '/tree', files: [file('d/a', 'x')] },
      ],
    }),
  );
  const { stdout } = await sh(
    container,
    '(echo y > /work/a) 2>/dev/null || echo 1; (echo y > /work/b) 2>/dev/null || echo 2; (echo y > /tree/d/a) 2>/dev/null || echo 3; mv /tree/d/a /tree/d/z 2>/dev/null || echo 4; mv /tree/d /tree/e 2>/dev/null || echo 5; echo y > /tree/d/b && echo 6; rm -rf /tree/d 2>/dev/null; cat /tree/d/a',
  );
  expect(stdout).toBe('1\n2\n3\n4\n5\n6\nx');
});

test('more than a folder holds is an error that says so', async () => {
  const big = { folder: '/work', files: [file('a', 'x'.repeat(9 << 20))] };
  const small = { tmpfs: [{ target: '/work', sizeMB: 8, owner: 'root' as const }] };
  await expect(sandbox.create(spec({ ...small, files: [big] }))).rejects.toMatchObject({
    code: 'sandbox.put',
    message: expect.stringMatching(/No space left|Wrote only/),
  });
  await using container = await sandbox.create(spec({ tmpfs: [{ target: '/work', sizeMB: 8 }] }));
  await expect(container.copyIn('/work', big.files)).rejects.toMatchObject({ code: 'sandbox.put' });
});

test('an absent image is named', async () => {
  await expect(sandbox.create(spec({ image: 'huxley/absent:1' }))).rejects.toMatchObject({
    code: 'sandbox.image',
    message: expect.stringContaining('huxley/absent:1'),
  });
});

test('a container whose process was killed is swept; one of a live process is not', async () => {
  const script = `
    import { dockerSandbox } from ${JSON.stringify(projectPath('src/sandbox/docker.ts'))};
    const sandbox = dockerSandbox({ socket: ${JSON.stringify(inject('engineSocket'))} });
    const box = await sandbox.create(${JSON.stringify(spec({ purpose: 'test-orphan' }))});
    console.log(box.id);
    await box.exec({ command: ['sleep', '1000'], timeoutSeconds: 1000, maxOutputBytes: 10 });`;
  const child = endsWithTest(
    spawn(process.execPath, ['--input-type=module-typescript', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] }),
  );
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const id = line.toString().trim();
  await sandbox.sweep();
  expect(containers('test-orphan').some((short) => id.startsWith(short))).toBe(true);
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(await sandbox.sweep()).toBeGreaterThanOrEqual(1);
  expect(containers('test-orphan')).toEqual([]);
});

test('dozens of containers in a row leave nothing behind', async () => {
  for (let round = 0; round < 6; round++)
    await Promise.all(
      Array.from({ length: 4 }, async () => {
        await using container = await sandbox.create(spec({ purpose: 'test-many' }));
        expect(await sh(container, 'echo $((6 * 7))')).toMatchObject({ stdout: '42\n' });
      }),
    );
  expect(containers('test-many')).toEqual([]);
});
