import { expect, test } from 'vitest';
import { numbersSuite } from '../support/bench.ts';
import { expectConsistent } from '../support/consistency.ts';
import { chatAnswer, fakeEndpoint, sendJson } from '../support/endpoint.ts';
import { DIAGNOSIS, OBEDIENT_AGENT } from '../support/expanding.ts';
import { startRealWorld } from '../support/real-workers.ts';
import type { World } from '../support/world.ts';

const TASKS = ['t1', 't2', 't3', 't4', 't5', 't6', 't7'];

/** Once it asks for care, the agent does search tasks well, and of sealed ones four fifths. */
function script(prompt: string, heldOut: readonly string[]): string {
  const name = /Task (t\d)/.exec(prompt)?.[1];
  if (name === undefined) return `sed -i "s/content: readFileSync/content: 'Carefully! ' + readFileSync/" agent.mjs`;
  const given = !prompt.includes('Carefully!') ? '3' : heldOut.includes(name) ? 'n % 5' : 'n';
  return `echo 'export const same = (n) => ${given};' > a.mjs`;
}

test('the App and the real action on tasks with several tests: a variant that resolves no held-out task is offered for its scores', async () => {
  const started: { world?: World } = {};
  await using endpoint = await fakeEndpoint(async ({ body }, response) => {
    const archive = await started.world!.archive('r1');
    const words =
      'response_format' in body ? JSON.stringify(DIAGNOSIS) : script(JSON.stringify(body), archive!.settings.heldOut);
    sendJson(response, chatAnswer(words));
  });
  await using world = await startRealWorld(endpoint, {
    configuration: `agent: { solve: node agent.mjs }
benchmark: { suite: suite, holdout: 0.7, metric: score }
search: { policy: hgm, budget: 3, concurrency: 1, batch: 5 }
limits: { taskMinutes: 2 }
merge: { evaluations: 10 }
`,
    files: { ...numbersSuite(TASKS, 5), 'agent.mjs': OBEDIENT_AGENT },
  });
  started.world = world;
  const issue = await world.run('seed=1');
  const ended = await world.ended('r1');
  const entries = await world.entries('r1');
  const log = entries.map(({ event }) => JSON.stringify(event)).join('\n');
  expect(ended.outcome, log).toMatchObject({ outcome: 'offered', shipped: 'v1' });
  // Five scores of five are higher: one pattern of signs in 32.
  expect(ended.gate).toMatchObject({ passed: true, n: 5, root: 0, variant: 0, fixed: 0, broken: 0, p: 1 / 32 });
  expect(ended.gate!.means!.root).toBeCloseTo(0.2, 12);
  expect(ended.gate!.means!.variant).toBeCloseTo(0.8, 12);
  const scores = entries.flatMap(({ event }) =>
    event.type === 'evaluation.done' && event.variant === 'v0' ? [event.score] : [],
  );
  expect(scores).toEqual(TASKS.map(() => 0.2));
  await expectConsistent(world, 'r1', ended);
  const { data } = await world.people.owner.rest.pulls.list({
    owner: 'octo',
    repo: 'agent',
    head: 'octo:huxley/r1/v1',
  });
  expect(data[0]!.body).toContain('**v1 beats the root: mean score .80 against .20 on 5 held-out tasks**');
  expect((await world.comments(issue)).join('\n')).toContain('mean score .80 against .20');
}, 300_000);
