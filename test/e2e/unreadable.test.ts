import { Writable } from 'node:stream';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { REFUSALS } from '../support/refusals.ts';
import { until, World } from '../support/world.ts';

const REPO = '/repos/{owner}/{repo}';

test('a repository that cannot be read and an installation without a token are logged, and keep no other from being swept', async () => {
  const lines: string[] = [];
  const stream = new Writable({
    write(chunk, _, done) {
      lines.push(String(chunk));
      done();
    },
  });
  await using world = await World.start({
    repositories: ['agent', 'other'],
    tasks: 2,
    log: pino({ level: 'error' }, stream),
  });
  const { setup, faults } = world.github;
  setup.createUser('guild');
  await setup.createRepository({ owner: 'guild', name: 'agent', files: { 'README.md': 'x' } });
  const guild = setup.install(world.app, 'guild');
  setup.createUser('gone');
  setup.suspend(setup.install(world.app, 'gone'));
  faults.request({
    route: 'POST /app/installations/{installation_id}/access_tokens',
    fault: { type: 'refuse', status: 403, message: 'This installation has been suspended' },
    path: `/installations/${guild.id}/`,
    times: 1e9,
  });
  const { service } = await world.startApp();
  await service.sweep();
  // From now on only sweeps find comments.
  faults.delivery({ event: 'issue_comment', fault: 'lose', times: 1e9 });
  const issue = await world.issue('Improve', 'other');
  for (const { status, message } of REFUSALS.filter((each) => ![401].includes(each.status))) {
    faults.request({
      route: `GET ${REPO}/issues/comments`,
      fault: { type: 'refuse', status, message },
      path: '/octo/agent/',
      times: 1,
    });
    const id = await world.comment(issue, '/huxley help', 'owner', 'other');
    await service.sweep();
    expect(await world.reply(issue, id, 'other')).toContain('/huxley prune vN');
  }
  faults.clear();
  expect(lines.some((line) => line.includes('an installation cannot be read'))).toBe(true);
  const unread = () => lines.map((line) => JSON.parse(line)).filter(({ msg }) => msg === 'a repository was not swept');
  await until(async () => (unread().length >= 10 ? true : undefined), 'the log to say so');
  expect(new Set(unread().map(({ repository }) => repository))).toEqual(new Set(['octo/agent']));
  expect(unread()[0].err.message).toMatch(/^GitHub refused to show \/repos\/octo\/agent\/issues\/comments/);
});

test('a repository with a run is looked at in each sweep, an idle one seldom', async () => {
  const looks: string[] = [];
  await using world = await World.start({
    repositories: ['agent', 'other'],
    tasks: 4,
    seconds: 2,
    options: { sweepSeconds: 3_600, idleSeconds: 3_600 },
    observe: ({ route, path }) => {
      if (route === `GET ${REPO}/issues/comments`) looks.push(path.split('/')[3]!);
    },
  });
  const { service } = await world.startApp();
  // The first look at a repository only notes when it was.
  await service.sweep();
  await world.run('seed=1');
  await until(async () => ((await world.entries('r1')).length > 0 ? true : undefined), 'the run to start');
  looks.length = 0;
  for (let n = 0; n < 3; n++) await service.sweep();
  expect(looks).toEqual(['agent', 'agent', 'agent']);
});

test('what GitHub could not deliver is sent again, in an idle repository too, and done once', async () => {
  await using world = await World.start({ tasks: 4, options: { sweepSeconds: 3_600, idleSeconds: 3_600 } });
  const { service } = await world.startApp();
  await service.sweep();
  const issue = await world.issue();
  world.github.faults.delivery({ event: 'issue_comment.created', fault: 'drop' });
  const id = await world.comment(issue, '/huxley help');
  const sent = () => world.github.hub.store.deliveries.list({}).filter(({ redelivery }) => redelivery);
  await until(
    async () =>
      world.github.hub.store.deliveries.list({}).some(({ statusCode }) => statusCode === 0) ? true : undefined,
    'the delivery to fail',
  );
  expect(await world.comments(issue)).toHaveLength(1);
  for (let n = 0; n < 3; n++) await service.sweep();
  expect(await world.reply(issue, id)).toContain('/huxley prune vN');
  expect(sent()).toHaveLength(1);
});
