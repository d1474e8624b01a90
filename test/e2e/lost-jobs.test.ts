import { expect, test } from 'vitest';
import { expectConsistent } from '../support/consistency.ts';
import { until, World } from '../support/world.ts';

const PATH = '.github/workflows/huxley.yml';
const at = { owner: 'octo', repo: 'agent' };
const FAILING = `name: Huxley
run-name: huxley \${{ fromJSON(fromJSON(inputs.order).order).jobId }} \${{ fromJSON(inputs.order).digest }}
on: { workflow_dispatch: { inputs: { order: { required: true, type: string } } } }
jobs: { work: { runs-on: ubuntu-latest, steps: [{ run: exit 1 }] } }
`;

/** Breaks the workflow; gives what mends it. */
async function breakWorkflow(world: World): Promise<() => Promise<string>> {
  const whole = world.git(['show', `main:${PATH}`]);
  await world.put(PATH, FAILING);
  return () => world.put(PATH, `${whole}\n`);
}

test('jobs without any result are tried again, then pause the run, which says why; mended and resumed it ends, nothing of it counted', async () => {
  await using world = await World.start({
    luck: 0.8,
    tasks: 8,
    configuration: `benchmark: { suite: tasks, holdout: 0.5 }
search: { policy: hgm, budget: 4, concurrency: 1, batch: 4 }
limits: { costUSD: 10, taskCostUSD: 0.1 }
`,
  });
  const mend = await breakWorkflow(world);
  await world.startApp();
  const issue = await world.run('seed=1');
  await until(
    async () => ((await world.archive('r1'))?.status === 'paused' ? true : undefined),
    'the run to pause',
    150,
  );
  const events = (await world.entries('r1')).map(({ event }) => event);
  const paused = events.find((event) => event.type === 'run.paused')!;
  expect(paused).toMatchObject({
    by: expect.stringMatching(
      /^huxley: 3 jobs in a row gave no result \(its workflow run ended as failure without a result\)$/,
    ),
  });
  // Three jobs, each tried three times.
  const jobs = new Set(events.flatMap((event) => (event.type === 'evaluation.noResult' ? [event.job] : [])));
  expect(jobs.size).toBe(3);
  const { data } = await world.people.owner.rest.actions.listWorkflowRunsForRepo({ ...at, per_page: 100 });
  expect(data.total_count).toBe(9);
  const archive = (await world.archive('r1'))!;
  expect(archive.search.variants[0]!.own).toEqual({ resolved: 0, unresolved: 0 });
  // Nobody could say what they cost: all that was allowed, four tasks each time.
  expect(archive.spentUSD).toBeCloseTo(9 * 4 * 0.1);
  await until(
    async () => /Attention.*3 jobs in a row gave no result.*resume/.exec(await world.dashboard(issue)) ?? undefined,
    'the dashboard to say so',
  );
  await mend();
  expect(await world.reply(issue, await world.comment(issue, '/huxley resume'))).toMatch(/^Resumed\./);
  const ended = await world.ended('r1');
  expect(ended.outcome).not.toBeNull();
  expect(await world.dashboard(issue)).not.toContain('gave no result');
  await expectConsistent(world, 'r1', ended);
}, 300_000);

test('what was lost while the search came to its end is no longer pointed at once jobs give results again', async () => {
  await using world = await World.start({
    luck: 0.8,
    tasks: 8,
    configuration:
      'benchmark: { suite: tasks, holdout: 0.5 }\nsearch: { policy: hgm, budget: 40, concurrency: 1, batch: 4 }\n',
  });
  await world.startApp();
  const issue = await world.run('seed=1');
  const made = async () => ((await world.archive('r1'))?.search.expansionsMade ? true : undefined);
  await until(made, 'a variant');
  const mend = await breakWorkflow(world);
  await until(async () => /gave no result/.exec(await world.dashboard(issue)) ?? undefined, 'a lost job', 120);
  expect(await world.reply(issue, await world.comment(issue, '/huxley promote v1'))).toContain('The search stops');
  await mend();
  const ended = await world.ended('r1');
  expect(ended.gate?.n).toBe(4 * ended.gate!.evidence!.rounds);
  expect(await world.dashboard(issue)).not.toContain('gave no result');
  await expectConsistent(world, 'r1', ended);
});
