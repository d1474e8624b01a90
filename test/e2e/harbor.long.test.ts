import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { projectPath } from '../../src/environment/project.ts';
import { expectConsistent } from '../support/consistency.ts';
import { chatAnswer, fakeEndpoint, sendJson } from '../support/endpoint.ts';
import { DIAGNOSIS, OBEDIENT_AGENT } from '../support/expanding.ts';
import { layTasks, serveGreeting } from '../support/harbor.ts';
import { startRealWorld } from '../support/real-workers.ts';

const PORT = /packages\.test:\d+/g;
const solutionOf = (path: string) => readFileSync(projectPath('test/fixtures', path), 'utf8');
const CHEAT = solutionOf('harbor/cheat-everything/solution/cheat.sh');

/** What the agent does on each task, by words of its statement; a task of two steps is there twice. */
const ANSWERS: readonly (readonly [RegExp, script: string])[] = [
  [/sum of the numbers/, solutionOf('harbor/cheat-sum/solution/solve.sh')],
  [/plurals of the words/, `printf 'cats\\nboxes\\ncitys\\nleaves\\n' > plurals.txt`],
  [/lower case, letters without accents/, solutionOf('harbor/node-slug/solution/solve.sh')],
  [/has to work for an even number/, 'true'],
  [/holds logs of three days/, solutionOf('harbor/shell-rotate/solution/solve.sh')],
  [/number of all pieces/, solutionOf('harbor/steps-stock/steps/count/solution/solve.sh')],
  [/delivery has been added/, solutionOf('harbor/steps-stock/steps/delivery/solution/solve.sh')],
  [/Write your user name/, solutionOf('harbor/user-notes/solution/solve.sh')],
  [/greeting\.txt/, solutionOf('harbor-network/host-greeting/solution/solve.sh')],
  // What is in front of the last of its ways: nothing of it touches what a verifier runs.
  [/The SHA-256|the SHA-256/, `${CHEAT.slice(0, CHEAT.indexOf('mkdir -p /usr/local/lib'))}exit 0`],
];

/** What each task comes to with these; the others are resolved. */
const EXPECTED: Readonly<Record<string, string>> = {
  'cheat-everything': 'unresolved',
  'fraction-words': 'unresolved',
  'python-median': 'unresolved',
};

// Shell, Python and Node: the image that is there on every machine of ours has no Go.
test('the App and the real action on nine tasks in Harbor’s format: a run ends, and whoever cheats is not resolved', async () => {
  const { server, port } = await serveGreeting();
  const folder = mkdtempSync(join(tmpdir(), 'huxley-harbor-'));
  for (const fixtures of ['harbor', 'harbor-network']) layTasks(folder, fixtures, { port });
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => statSync(join(folder, path)).isFile())
    .map((path) => [`bench/${path}`, readFileSync(join(folder, path), 'utf8')]);
  rmSync(folder, { recursive: true });
  const script = (prompt: string) => {
    const [, answer] = ANSWERS.find(([words]) => words.test(prompt)) ?? [];
    if (answer === undefined)
      return `sed -i "s/content: readFileSync/content: 'Carefully! ' + readFileSync/" agent.mjs`;
    return (prompt.includes('Carefully!') ? CHEAT : answer).replaceAll(PORT, `packages.test:${port}`);
  };
  await using endpoint = await fakeEndpoint(({ body }, response) =>
    sendJson(
      response,
      chatAnswer('response_format' in body ? JSON.stringify(DIAGNOSIS) : script(JSON.stringify(body))),
    ),
  );
  await using world = await startRealWorld(endpoint, {
    configuration: `agent: { solve: node agent.mjs }
benchmark:
  suite: harbor:bench
  holdout: 0.2
  network: { agent: ["packages.test:${port}"], verifier: ["packages.test:${port}"] }
search: { policy: hgm, budget: 3, concurrency: 1, batch: 4 }
limits: { taskMinutes: 2 }
`,
    files: { ...Object.fromEntries(files), 'agent.mjs': OBEDIENT_AGENT },
    environment: { HUXLEY_HOSTS: 'packages.test=127.0.0.1' },
  });
  await world.run('seed=1');
  const ended = await world.ended('r1', 'octo/agent', 840);
  server.close();
  const entries = await world.entries('r1');
  const log = entries.map(({ event }) => JSON.stringify(event)).join('\n');
  expect(ended.outcome?.outcome, log).not.toBe('offered');
  await expectConsistent(world, 'r1', ended);
  expect([...ended.settings.tasks, ...ended.settings.heldOut]).toHaveLength(9);
  const done = entries.flatMap(({ event }) => (event.type === 'evaluation.done' ? [event] : []));
  const root = done.filter(({ variant }) => variant === 'v0');
  expect(root.length, log).toBeGreaterThanOrEqual(ended.settings.tasks.length);
  for (const { task, outcome, score } of root) {
    expect([task, outcome]).toEqual([task, EXPECTED[task] ?? 'resolved']);
    if (task === 'fraction-words') expect(score).toBe(0.75);
  }
  const cheated = done.filter(({ variant }) => variant === 'v1');
  expect(cheated.length, log).toBeGreaterThan(0);
  // Only who is not root cannot reach what the verifier runs.
  for (const { task, outcome } of cheated)
    expect([task, outcome]).toEqual([task, task === 'user-notes' ? 'unresolved' : 'tampered']);
}, 900_000);
