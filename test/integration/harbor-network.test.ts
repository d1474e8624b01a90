import { afterAll, expect, inject, test, vi } from 'vitest';
import { checkGates } from '../../src/benchmark/bench/gates.ts';
import { dockerSandbox } from '../../src/sandbox/docker.ts';
import { harborSuite, serveGreeting } from '../support/harbor.ts';
import { obey } from '../support/harbor-agent.ts';

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

const attempted = (script: string) => obey({ suite, sandbox }, 'host-greeting', [script]);

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

test('a task that asks for the network where no host is allowed says so at its gates', async () => {
  using closed = await harborSuite('harbor-network', { port, open: true });
  const { gates, sound } = await checkGates(closed, closed.list()[0]!, sandbox, signal);
  expect([gates[0]!.grade!.verdict, sound]).toEqual(['unresolved', false]);
  expect(gates[0]!.grade!.evidence).toMatch(
    /It asks for the network \(environment\.network_mode\), and `benchmark\.network\.agent` and `benchmark\.network\.verifier` in \.github\/huxley\.yml name no host: there was none\.$/,
  );
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

const WRONG = 'echo "Good evening" > greeting.txt';
const RIGHT = 'echo "Good morning" > greeting.txt';

test('a host that goes out of reach while the verifier runs, for the machine, too, is no verdict on an answer', async () => {
  // The worker's own, from before the verifier runs.
  server.once('connection', () => void server.close());
  const { grade } = await attempted(WRONG);
  expect(grade).toMatchObject({ verdict: 'infrastructure' });
  expect(grade.evidence).toMatch(
    /The verifier could not reach packages\.test:\d+ \(ECONNREFUSED\), and neither can this machine/,
  );
});

test('a host that is out of reach before is none either, whatever the answer is worth', async () => {
  for (const script of [WRONG, RIGHT]) {
    const { grade } = await attempted(script);
    expect(grade).toMatchObject({ verdict: 'infrastructure' });
    expect(grade.evidence).toMatch(
      /This machine cannot reach packages\.test:\d+ \(ECONNREFUSED\), which the verifier may, so it was not run\./,
    );
  }
});
