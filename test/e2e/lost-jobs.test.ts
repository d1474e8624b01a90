import { expect, test } from 'vitest';
import { expectConsistent } from '../support/consistency.ts';
import { until, World } from '../support/world.ts';

const PATH = '.github/workflows/huxley.yml';
const at = { owner: 'octo', repo: 'agent' };
const FAILING = `name: Huxley
run-name: huxley \${{ fromJSON(inputs.order).jobId }} \${{ fromJSON(inputs.order).nonce }}
on: { workflow_dispatch: { inputs: { order: { required: true, type: string } } } }
jobs: { work: { runs-on: ubuntu-latest, steps: [{ run: exit 1 }] } }
`;

test('jobs without any result are tried again, then pause the run, which says why; mended and resumed it ends, nothing of it counted', async () => {
  await using world = await World.start({
    luck: 0.8,
    tasks: 8,
    configuration:
      'benchmark: { suite: tasks, holdout: 0.5 }\nsearch: { policy: hgm, budget: 4, concurrency: 1, batch: 4 }\n',
  });
  const { repos } = world.people.owner.rest;
  const old = (await repos.getContent({ ...at, path: PATH })).data as { sha: string; content: string };
  const put = async (content: string, message: string) => {
    const { sha } = (await repos.getContent({ ...at, path: PATH })).data as { sha: string };
    await repos.createOrUpdateFileContents({ ...at, path: PATH, message, content, sha });
  };
  await put(Buffer.from(FAILING).toString('base64'), 'Break the workflow');
  await world.startApp();
  const issue = await world.issue();
  await world.comment(issue, '/huxley run seed=1');
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
  expect(archive.spentUSD).toBe(0);
  await until(
    async () =>
      (await world.comments(issue)).find(
        (body) => /huxley:dashboard/.test(body) && /Attention.*3 jobs in a row gave no result/.test(body),
      ),
    'the dashboard to say so',
  );
  await put(old.content, 'Mend the workflow');
  expect(await world.reply(issue, await world.comment(issue, '/huxley resume'))).toMatch(/^Resumed\./);
  const ended = await world.ended('r1');
  expect(ended.outcome).not.toBeNull();
  expect((await world.comments(issue)).find((body) => /huxley:dashboard/.test(body))).not.toContain('gave no result');
  await expectConsistent(world, 'r1', ended);
}, 300_000);
