import { afterAll, expect, inject, test, vi } from 'vitest';
import { checkGates } from '../../src/benchmark/bench/gates.ts';
import { solveTask } from '../../src/job/attempt/solve.ts';
import { withTree } from '../../src/job/tree/write-tree.ts';
import { dockerSandbox } from '../../src/sandbox/docker.ts';
import { chatAnswer, sendJson } from '../support/endpoint.ts';
import { openGateway } from '../support/gateway.ts';
import { harborSuite, serveGreeting } from '../support/harbor.ts';

const sandbox = dockerSandbox({ socket: inject('engineSocket') });
const signal = new AbortController().signal;
const { server, port } = await serveGreeting();
vi.stubEnv('HUXLEY_HOSTS', 'packages.test=127.0.0.1');
const allowed = [`packages.test:${port}`];
const suite = await harborSuite('harbor-network', { network: { agent: allowed, verifier: allowed }, port });
afterAll(() => {
  suite[Symbol.dispose]();
  server.close();
});

const AGENT = `
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
const e = process.env;
const response = await fetch(e.OPENAI_BASE_URL + '/chat/completions', {
  method: 'POST',
  headers: { authorization: 'Bearer ' + e.OPENAI_API_KEY, 'content-type': 'application/json' },
  body: JSON.stringify({ model: e.HUXLEY_MODEL, messages: [{ role: 'user', content: readFileSync(e.HUXLEY_TASK, 'utf8') }], max_completion_tokens: 100 }),
});
const { choices } = await response.json();
execFileSync('bash', ['-c', choices[0].message.content], { cwd: e.HUXLEY_WORKSPACE, stdio: 'inherit' });
`;

async function attempted(script: string) {
  const { gateway } = await openGateway((_, response) => sendJson(response, chatAnswer(script)));
  const context = { sandbox, suite, gateway, image: 'none', concurrency: 1, report: () => {}, signal };
  const files = [{ path: 'agent.mjs', content: Buffer.from(AGENT), executable: false }];
  return await withTree(files, (agentFolder) =>
    solveTask(context, {
      ...{ task: suite.list()[0]!, agent: { solve: 'node agent.mjs' }, agentFolder },
      ...{ models: ['gpt-5-mini'], first: true },
      limits: { taskSeconds: 60, costUSD: 1, taskCostUSD: 0.5, memoryMB: 512, cpus: 1, pids: 128 },
    }),
  );
}

test('a task that needs a host passes its gates where the owner allows it, and is left out with line and key where not', async () => {
  const { gates, sound } = await checkGates(suite, suite.list()[0]!, sandbox, signal);
  expect(gates.map(({ gate, grade }) => [gate, grade?.verdict ?? null])).toEqual([
    ['oracle', 'resolved'],
    ['nop', 'unresolved'],
    ['cheat', 'tampered'],
    ['draft', null],
  ]);
  expect(gates[0]!.grade!.evidence).toMatch(/The verifier's network: It reached packages\.test:\d+, \d+ bytes sent/);
  expect(sound).toBe(true);
  using closed = await harborSuite('harbor-network', { port });
  expect(closed.problems.map(({ message }) => message.replace(/^.*host-greeting\//, ''))).toEqual([
    'task.toml:20: environment.allowed_hosts: packages.test is not among the hosts of `benchmark.network.agent`',
  ]);
});

test('an agent reaches its model and the allowed host, and nothing else; all of it is in the evidence', async () => {
  const { grade, attempt } = await attempted(
    `node -e 'fetch("http://packages.test:${port}/greeting.txt").then((r) => r.text()).then((t) => require("fs").writeFileSync("greeting.txt", t))'
     python3 -c 'import urllib.request as u; u.urlopen("https://evil.test/")' 2>&1 | tail -1
     getent hosts packages.test || echo no name; ls /sys/class/net`,
  );
  expect(grade.verdict).toBe('resolved');
  expect(attempt.stdout).toContain('Tunnel connection failed: 403 Forbidden');
  expect(attempt.stdout).toContain('no name\nlo\n');
  expect(grade.evidence).toMatch(
    /The agent's network: It reached packages\.test:\d+, .* received\. It did not reach evil\.test:443: it is not allowed\./,
  );
});

test('a host that is out of reach for the machine, too, is no verdict on an answer', async () => {
  server.closeAllConnections();
  await new Promise((done) => server.close(done));
  const { grade } = await attempted('echo "Good morning" > greeting.txt');
  expect(grade).toMatchObject({ verdict: 'infrastructure' });
  expect(grade.evidence).toMatch(
    /The verifier could not reach packages\.test:\d+ \(ECONNREFUSED\), and neither can this machine/,
  );
});
