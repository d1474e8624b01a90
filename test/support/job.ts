import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject } from 'vitest';
import type { Suite } from '../../src/benchmark/suite.ts';
import { CONTRACT_VERSION, type EvaluateOrder, type ExpandOrder } from '../../src/contract/contract.ts';
import { RETRY } from '../../src/gateway/dialect/retry.ts';
import { ResultFolder } from '../../src/job/result-folder.ts';
import type { JobMachine } from '../../src/job/run-job.ts';
import { runGit } from '../../src/job/tree/run-git.ts';
import { writeTree } from '../../src/job/tree/write-tree.ts';
import { dockerSandbox } from '../../src/sandbox/docker.ts';
import type { FakeEndpoint } from './endpoint.ts';

/** A key that must turn up nowhere. */
export const PLANTED_KEY = 'sk-planted-4f1c9a7be2d83056';

export interface Commit {
  readonly repository: string;
  readonly sha: string;
  readonly tree: string;
}

/** A git repository with one commit of these files. */
export async function commitOf(files: Readonly<Record<string, string>>): Promise<Commit> {
  const entries = Object.entries(files).map(([path, text]) => ({
    path,
    content: Buffer.from(text),
    executable: false,
  }));
  const repository = await writeTree(entries, 'huxley-test-repo-');
  const person = ['-c', 'user.name=T', '-c', 'user.email=t@example.com'];
  await runGit(repository, ['init', '-q', '.']);
  await runGit(repository, ['add', '-A', '-f']);
  await runGit(repository, [...person, 'commit', '-q', '-m', 'v0']);
  const name = async (what: string) => (await runGit(repository, ['rev-parse', what])).toString().trim();
  return { repository, sha: await name('HEAD'), tree: await name('HEAD^{tree}') };
}

export function evaluateOrder(
  commit: Commit,
  tasks: readonly string[],
  over: Partial<EvaluateOrder> = {},
): EvaluateOrder {
  return { ...base(commit), kind: 'evaluate', split: 'search', tasks: [...tasks], ...over };
}

export function expandOrder(commit: Commit, over: Partial<ExpandOrder> = {}): ExpandOrder {
  return {
    ...base(commit),
    kind: 'expand',
    operator: { name: 'mutation', child: 'v4', donor: null },
    tasks: ['a'],
    evidence: [],
    ...over,
  };
}

function base({ sha, tree }: Commit) {
  return {
    v: CONTRACT_VERSION,
    digest: 'd'.repeat(64),
    jobId: 'r1-job-1',
    nonce: 'a'.repeat(32),
    run: 'r1',
    variant: 'v3' as const,
    sha,
    tree,
    suite: { name: 'tiny', digest: null },
    agent: {
      solve: 'node agent.mjs',
      modify: 'node agent.mjs',
      check: null,
      image: 'sandbox',
      protect: [] as string[],
      allowDependencies: false,
    },
    models: { solve: 'gpt-5-mini', modify: 'gpt-5-mini', diagnose: 'gpt-5-mini', baseURL: null },
    limits: { taskSeconds: 20, costUSD: 5, taskCostUSD: 0.5, memoryMB: 512, cpus: 1, pids: 128 },
    deadline: new Date(Date.now() + 600_000).toISOString(),
  };
}

/** This machine's real sandbox, with a model's endpoint of the test's. */
export function machineWith(
  commit: Commit,
  suite: Suite,
  endpoint: Pick<FakeEndpoint, 'baseURL'>,
  over: Partial<JobMachine> = {},
): JobMachine {
  const sandbox = dockerSandbox({ socket: inject('engineSocket') });
  return {
    upstream: () => ({
      upstream: { baseURL: endpoint.baseURL, apiKey: PLANTED_KEY },
      retry: { ...RETRY, tries: 2, firstWait: 0.01 },
    }),
    openSuite: async () => suite,
    openSandbox: async () => ({ sandbox, image: inject('sandboxImage') }),
    fetchCommits: async () => commit.repository,
    fetchEvidence: async () => [],
    results: new ResultFolder(mkdtempSync(join(tmpdir(), 'huxley-test-result-'))),
    secrets: [],
    concurrency: 2,
    signal: new AbortController().signal,
    report: () => undefined,
    ...over,
  };
}

/** An agent that asks the model once and writes its answer down. */
export const ASKING_AGENT = `
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
const e = process.env;
const task = readFileSync(e.HUXLEY_TASK, 'utf8');
const response = await fetch(e.OPENAI_BASE_URL + '/chat/completions', {
  method: 'POST',
  headers: { authorization: 'Bearer ' + e.OPENAI_API_KEY, 'content-type': 'application/json' },
  body: JSON.stringify({ model: e.HUXLEY_MODEL, messages: [{ role: 'user', content: task }], max_completion_tokens: 100 }),
});
const answer = await response.text();
appendFileSync(e.HUXLEY_OUT, answer + '\\n');
if (response.ok) writeFileSync(e.HUXLEY_WORKSPACE + '/answer.txt', JSON.parse(answer).choices[0].message.content);
`;
