import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { expect, inject, onTestFinished, test } from 'vitest';
import type { Suite } from '../../src/benchmark/suite.ts';
import { projectPath } from '../../src/environment/project.ts';
import { solveTask } from '../../src/job/attempt/solve.ts';
import { withTree } from '../../src/job/tree/write-tree.ts';
import type { FileEntry } from '../../src/model/file.ts';
import { dockerSandbox } from '../../src/sandbox/docker.ts';
import { ensureRuntime } from '../../src/sandbox/runtime.ts';
import { chatAnswer, sendJson } from '../support/endpoint.ts';
import { openGateway } from '../support/gateway.ts';
import { bareImage, muslImage, NoImage, oldImage } from '../support/images.ts';

const sandbox = dockerSandbox({ socket: inject('engineSocket') });
const RUNTIME = '/huxley/runtime';

const source = (name: string): FileEntry => ({
  path: name,
  content: readFileSync(projectPath('test/fixtures/runtime-agent', name)),
  executable: false,
});

/** A program of Debian 12's, as an agent may bring one: it asks for glibc 2.34 or newer, by the usual loader. */
async function broughtAlong(): Promise<FileEntry> {
  await using container = await sandbox.create({
    ...{ image: inject('sandboxImage'), purpose: 'test', tmpfs: [], memoryMB: 128, cpus: 1, pids: 32 },
  });
  return (await container.copyOut('/bin', { maxBytes: 1e6, maxFiles: 9, only: ['echo'] }))[0]!;
}

function suiteIn(image: string, solutionPaths: readonly string[] | null): Suite {
  const rest = { language: 'shell', workdir: '/testbed', statement: 'Write the answer.', testSeconds: 10 };
  const right = (files: readonly FileEntry[]) =>
    files.some(({ path, content }) => path === 'answer.txt' && Buffer.from(content).toString() === 'forty-two');
  return {
    name: 'tiny',
    digest: 'sha256:1',
    list: () => [{ id: 'a', image, solutionPaths, ...rest }],
    workspace: async () => [{ path: 'there/before.txt', content: Buffer.from('x'), executable: false }],
    grade: async (_, files) => ({
      ...{ verdict: right(files) ? 'resolved' : 'unresolved', passed: 0, expected: 1, failed: [] },
      ...{ evidence: '', canary: 'none', seconds: 0 },
    }),
    reference: async () => null,
  };
}

const NEW = { python: RUNTIME, brought: 'brought along' };

test.for([
  ['an Ubuntu 18.04, whose glibc is older than Node’s', oldImage, { ...NEW, brought: /GLIBC_2\.34/ }],
  ['a Debian 12 with a Python of its own', async () => inject('sandboxImage'), { ...NEW, python: '/usr' }],
  ['an image with musl and BusyBox', muslImage, NEW],
  ['an image that holds a static shell', bareImage, NEW],
] as const)('agents in Node and in Python solve a task in %s', async ([, open, own], { skip }) => {
  const image = await open().catch((error: Error) => {
    if (error instanceof NoImage) skip(error.message);
    throw error;
  });
  const { gateway, endpoint } = await openGateway((_, response) => sendJson(response, chatAnswer('forty-two')));
  const files = [source('agent.mjs'), source('agent.py'), await broughtAlong()];
  const solved = (solve: string, solutionPaths: readonly string[] | null) => {
    const suite = suiteIn(image, solutionPaths);
    const context = { sandbox, suite, gateway, image: 'none', concurrency: 1, report: () => {} };
    return withTree(files, (agentFolder) =>
      solveTask(
        { ...context, signal: new AbortController().signal },
        {
          ...{ task: suite.list()[0]!, agent: { solve }, agentFolder, models: ['gpt-5-mini'], first: true },
          limits: { taskSeconds: 60, costUSD: 1, taskCostUSD: 0.5, memoryMB: 512, cpus: 1, pids: 128 },
        },
      ),
    );
  };

  const node = await solved('node agent.mjs', null);
  expect(node.attempt).toMatchObject({ ended: 'exit 0', stderr: '', skipped: [] });
  expect(node.grade.verdict).toBe('resolved');
  expect(JSON.parse(node.attempt.transcript)).toEqual({
    ...{ self: `${RUNTIME}/bin/node`, child: '42', node: `${RUNTIME}/bin/node`, loaded: [], shell: false },
    ...{ byLoader: 'brought along', python: own.python, brought: expect.stringMatching(own.brought) },
  });

  const python = await solved('"$HUXLEY_RUNTIME/bin/python3" agent.py', ['answer.txt']);
  expect(python.attempt).toMatchObject({ ended: 'exit 0', stderr: '' });
  expect(python.grade.verdict).toBe('resolved');
  expect(JSON.parse(python.attempt.transcript)).toEqual({
    ...{
      self: `${RUNTIME}/bin/python3`,
      child: '42',
      loaded: [],
      shell: 'from 42',
      sql: 42,
      tls: 'PROTOCOL_TLS_CLIENT',
    },
    ...{ digest: expect.any(String), encoding: ['utf-8', 'utf-8'] },
  });
  expect(endpoint.calls).toHaveLength(2);
});

test('the runtime is made once for two that ask at a time, though one before them was cut off', async () => {
  const home = mkdtempSync(join(tmpdir(), 'huxley-runtime-'));
  onTestFinished(() => rmSync(home, { recursive: true }));
  const engine = { socket: inject('engineSocket') };
  const said: string[] = [];
  const options = { home, report: (line: string) => said.push(line) };
  const folder = join(home, 'runtime', basename(await ensureRuntime(engine, sandbox, { report: () => {} })));
  mkdirSync(join(`${folder}.part`, 'left'), { recursive: true });
  const both = [ensureRuntime(engine, sandbox, options), ensureRuntime(engine, sandbox, options)];
  expect(await Promise.all(both)).toEqual([folder, folder]);
  expect(said).toEqual(['Making the runtime that agents use in the images of tasks.']);
  expect(readdirSync(folder).sort()).toEqual(['C.utf8', 'bin', 'lib', 'node']);
});
