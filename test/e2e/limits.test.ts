import { expect, test } from 'vitest';
import { until, World } from '../support/world.ts';

test('an account’s jobs never exceed its limit over two repositories, nor its runs, nor its dollars', async () => {
  let most = 0;
  await using world = await World.start({
    tasks: 8,
    skill: 0.4,
    seconds: 0.3,
    cost: 0.01,
    repositories: ['agent', 'other'],
    configuration: `benchmark: { suite: tasks, holdout: 0.5 }
search: { policy: hgm, budget: 4, concurrency: 4, batch: 1 }
limits: { costUSD: 9, taskCostUSD: 0.1 }
`,
    actions: { slots: 8 },
  });
  const limits = { default: { jobs: 2, runs: 2, monthlyUSD: 12 }, accounts: {} };
  await world.startApp({ lookupSeconds: 1 }, { limits });
  const goingOn = setInterval(() => {
    const { runs } = world.github.actions.tables;
    most = Math.max(most, runs.list().filter(({ status }) => status !== 'completed').length);
  }, 20);
  try {
    const first = await world.run('seed=1');
    const other = await world.run('seed=2', 'other');
    const said = (issue: number, repo: string) =>
      until(async () => (await world.comments(issue, repo)).find((body) => body.includes('huxley:reply')), 'a reply');
    expect(await said(first, 'agent')).not.toContain('this server allows');
    expect(await said(other, 'other')).toContain(
      'It may spend $3.00: that is what is left of the $12.00 a month that this server allows octo.',
    );
    const third = await world.run('seed=3');
    expect(await said(third, 'agent')).toContain(
      '2 runs of octo are in progress, the most that this server allows an account.',
    );
    await until(
      async () =>
        (await world.dashboard(first)).includes('Jobs are waiting: 2 of octo are in flight') ? true : undefined,
      'the dashboard to say why',
    );
    const [one, two] = [await world.ended(`r${first}`), await world.ended(`r${other}`, 'octo/other')];
    expect([one.settings.costUSD, two.settings.costUSD]).toEqual([9, 3]);
    expect(one.outcome && two.outcome).not.toBeNull();
    expect(await world.dashboard(first)).not.toContain('Jobs are waiting');
  } finally {
    clearInterval(goingOn);
  }
  expect(most).toBe(2);
}, 240_000);
