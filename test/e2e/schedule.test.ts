import { pino } from 'pino';
import { expect, test } from 'vitest';
import { openStore } from '../../src/app/open-store.ts';
import { type HuxleyServer, startServer } from '../../src/app/server.ts';
import { NO_RUN, REPOSITORY_DOCUMENTS, type ScheduleState } from '../../src/run/state/documents.ts';
import { RunDocuments } from '../../src/run/state/run-documents.ts';
import type { Store } from '../../src/store/store.ts';
import { QUICK } from '../support/quick.ts';
import { until, World } from '../support/world.ts';

const HOUR = 3_600_000;
const at = { owner: 'octo', repo: 'agent' };
const BRIEF = `benchmark: { suite: tasks, holdout: 0.5 }
search: { policy: hgm, concurrency: 2, batch: 4 }
limits: { costUSD: 9, taskCostUSD: 0.1 }
`;

/** A world whose time is GitHub's, which the test sets. */
async function worldAt(start: string, configuration: string, files: Record<string, string> = {}) {
  let offset = Date.parse(start) - Date.now();
  const world = await World.start({
    skill: 0.4,
    tasks: 12,
    configuration,
    files,
    now: () => new Date(Date.now() + offset),
  });
  return {
    world,
    pass(hours: number) {
      offset += hours * HOUR;
    },
  };
}

const documents = (store: Store) => new RunDocuments(store, { repository: 'octo/agent', run: NO_RUN });
const stateOf = (world: World) =>
  world.withStore((store) => documents(store).read(REPOSITORY_DOCUMENTS.schedule)) as Promise<
    ScheduleState | undefined
  >;
const looked = (world: World) => until(() => stateOf(world), 'a look at the schedule');

/** Issues that the App opened, newest first. */
async function opened(world: World) {
  const { data } = await world.people.owner.rest.issues.listForRepo({ ...at, labels: 'huxley', state: 'all' });
  return data.filter(({ user }) => user?.login === 'huxley[bot]');
}

test('missed times start one run, whichever process looks; the month’s budget lowers its limit, then refuses it once', async () => {
  const schedule = 'schedule: { cron: "0 3 * * *", monthlyUSD: 2, run: { budget: 6 } }\n';
  // The journal's own clock is real: what is granted and what is left are of this month.
  const month = new Date().toISOString().slice(0, 7);
  const { world, pass } = await worldAt(`${month}-03T00:00:00Z`, BRIEF + schedule);
  await using _ = world;
  await using store = await openStore({ databaseURL: null, sqlitePath: world.journalPath });
  const replica = (): Promise<HuxleyServer> =>
    startServer({
      ...world.credentials,
      host: '127.0.0.1',
      port: 0,
      store,
      log: pino({ level: process.env.HUXLEY_TEST_LOG ?? 'silent' }),
      throttle: false,
      writeLimits: null,
      options: QUICK,
    });
  const state = () => documents(store).read(REPOSITORY_DOCUMENTS.schedule);
  {
    await using first = await replica();
    world.deliverTo(first.url);
    await until(state, 'a look at the schedule');
  }
  pass(72);
  await using one = await replica();
  await using other = await replica();
  world.deliverTo(one.url);
  // What one sweeps the other leaves alone, so both are told to look at once.
  await Promise.all([one, other].map(({ service }) => service.sweep()));
  const issue = await until(async () => (await opened(world))[0]?.number, 'an issue');
  const archive = await world.ended(`r${issue}`);
  expect(archive.settings).toMatchObject({ occasion: 'cron', budget: 6, costUSD: 2 });
  expect((await opened(world)).map(({ title }) => title)).toEqual([`Scheduled run, ${month}-03`]);
  const [first] = await world.comments(issue);
  expect(first).toContain('It may spend $2.00 rather than $9.00: that is what is left of this month’s $2.00');
  expect(first).toContain(
    `It started by itself: \`schedule.cron\` is \`0 3 * * *\`, and ${month}-03 03:00 UTC has passed.`,
  );
  expect(first).toContain('`/huxley stop` ends it.');
  const configuration = (await (await world.forge()).readFile('.github/huxley.yml', 'main'))!;
  await world.put('.github/huxley.yml', configuration.replace('monthlyUSD: 2', 'monthlyUSD: 0.91'));

  for (const day of [1, 2]) {
    pass(24);
    // The clock must not pass on while it is answered: tokens run out.
    const answered = async () => {
      const { since, starting } = (await state())!;
      return since! > `${month}-0${6 + day}` && starting === undefined ? true : undefined;
    };
    await until(answered, 'an answer the next day');
  }
  expect(await store.runs('octo/agent')).toHaveLength(1);
  const [refused] = await opened(world);
  expect(await opened(world)).toHaveLength(2);
  expect(await world.comments(refused!.number)).toEqual([
    expect.stringMatching(
      /^A scheduled run could not start: Of this month’s \$0\.91 for runs that start by themselves, \$0\.\d\d is left, and a run needs at least \$0\.90\./,
    ),
  ]);
}, 240_000);

test('a time whose issue takes no comment starts a run all the same, and so does the next', async () => {
  const schedule = 'schedule: { cron: "0 3 * * *", monthlyUSD: 20, run: { budget: 4 } }\n';
  const { world, pass } = await worldAt('2026-11-03T00:00:00Z', BRIEF + schedule);
  await using _ = world;
  await world.startApp();
  await looked(world);
  world.github.faults.request({
    route: 'POST /repos/{owner}/{repo}/issues/{issue_number}/comments',
    fault: { type: 'refuse', status: 403, message: 'Unable to create comment because issue is locked.' },
    times: 1e9,
    who: 'apps',
  });
  for (const count of [1, 2]) {
    pass(24);
    const issue = await until(async () => {
      await world.sweep();
      const issues = await opened(world);
      return issues.length === count ? issues[0]!.number : undefined;
    }, 'an issue');
    expect((await world.ended(`r${issue}`)).settings).toMatchObject({ occasion: 'cron' });
    await until(async () => ((await stateOf(world))?.starting === undefined ? true : undefined), 'an end of starting');
  }
}, 240_000);

test('a push to the prompts starts one, and a crash on the way leaves one issue and one run', async () => {
  const schedule = 'schedule: { after: push, paths: ["prompts/**"], run: { budget: 4 } }\n';
  const { world } = await worldAt('2026-11-03T00:00:00Z', BRIEF + schedule, { 'prompts/main.md': 'Be brief.\n' });
  await using _ = world;
  await world.startApp();
  await looked(world);
  await world.put('README.md', 'Still an agent.\n');
  const head = await world.put('docs/x.md', 'x\n');
  await until(async () => ((await stateOf(world))?.head === head ? true : undefined), 'a look at the push');
  expect(await opened(world)).toEqual([]);
  await world.stopApp();

  // As it is where the process died after it opened the issue, before it knew.
  const pushed = (await world.put('prompts/main.md', 'Be very brief.\n')).slice(0, 12);
  const id = `push-${pushed}`;
  const forge = await world.forge();
  const body = `Opened.\n\n<!-- huxley:issue v=1 of=${id} -->`;
  const issue = await forge.openIssue({ title: 'Run after a push', body, label: 'huxley' });
  await world.withStore(async (store) => {
    await documents(store).write(REPOSITORY_DOCUMENTS.scheduled.of(id), { intended: true });
  });
  await world.startApp();
  const archive = await world.ended(`r${issue}`);
  expect(archive.settings).toMatchObject({ occasion: 'push', budget: 4 });
  await until(async () => ((await stateOf(world))?.starting === undefined ? true : undefined), 'an answer');
  expect((await opened(world)).map(({ number }) => number)).toEqual([issue]);

  // And where it died once the run was there, before that was noted.
  await world.stopApp();
  await world.withStore(async (store) => {
    const state = (await documents(store).read(REPOSITORY_DOCUMENTS.schedule))!;
    const starting = { id, occasion: 'push', why: 'x' } as const;
    await documents(store).write(REPOSITORY_DOCUMENTS.schedule, { ...state, starting });
  });
  await world.startApp();
  await until(async () => ((await stateOf(world))?.starting === undefined ? true : undefined), 'an answer');
  expect(await world.withStore((store) => store.runs('octo/agent'))).toHaveLength(1);
  expect((await world.comments(issue)).filter((text) => text.includes(`to=${id} `))).toHaveLength(1);
}, 240_000);

test('a label that was set days ago starts nothing where somebody comments', async () => {
  const { world, pass } = await worldAt('2026-11-03T00:00:00Z', BRIEF);
  await using _ = world;
  const issue = await world.issue();
  await world.people.owner.rest.issues.addLabels({ ...at, issue_number: issue, labels: ['huxley'] });
  pass(96);
  await world.startApp();
  await world.sweep();
  // Its issue has changed since the last look.
  await world.comment(issue, 'What is this label?');
  await world.sweep();
  await world.reply(issue, await world.comment(issue, '/huxley status'));
  expect(await world.comments(issue)).not.toContainEqual(expect.stringContaining('to=label-'));
  expect(await world.withStore((store) => store.runs('octo/agent'))).toEqual([]);
});

test('the label starts a run for people who may write, once, also where its delivery is lost', async () => {
  const lines: Record<string, unknown>[] = [];
  const log = pino({ level: 'debug' }, { write: (line: string) => void lines.push(JSON.parse(line)) });
  await using world = await World.start({
    skill: 0.4,
    tasks: 12,
    configuration: `${BRIEF}schedule: { monthlyUSD: 20 }\n`,
    log,
  });
  await world.startApp();
  const { rest } = world.people.owner;
  const reply = (issue: number) =>
    until(
      async () => (await world.comments(issue)).find((text) => text.includes('huxley:reply v=1 to=label-')),
      'a reply',
    );
  const issue = await world.issue();
  await rest.issues.addLabels({ ...at, issue_number: issue, labels: ['huxley'] });
  const said = await reply(issue);
  expect(said).toContain(`Run **r${issue}** has started`);
  expect(said).toContain('octo set the label `huxley`');
  expect(said).toContain('Removing it does not stop the run: `/huxley stop` does.');
  expect((await world.archive(`r${issue}`))!.settings).toMatchObject({ occasion: 'label', costUSD: 9 });
  await rest.issues.removeLabel({ ...at, issue_number: issue, name: 'huxley' });
  await world.reply(issue, await world.comment(issue, '/huxley stop'));

  await rest.repos.addCollaborator({ ...at, username: 'stranger', permission: 'triage' });
  const theirs = await world.issue();
  await world.people.stranger.rest.issues.addLabels({ ...at, issue_number: theirs, labels: ['huxley'] });
  expect(await reply(theirs)).toMatch(/^The label `huxley` did not start a run\. Commands need write access/);

  world.github.setup.setWebhook(world.app, 'http://127.0.0.1:1/');
  const lost = await world.issue();
  await rest.issues.addLabels({ ...at, issue_number: lost, labels: ['huxley'] });
  expect(await reply(lost)).toContain(`Run **r${lost}** has started`);
  await world.reply(lost, await world.comment(lost, '/huxley stop'));
  expect((await world.comments(lost)).filter((text) => text.includes('to=label-'))).toHaveLength(1);

  const logged = (event: string, msg: string) => lines.find((line) => line.event === event && line.msg === msg);
  expect(logged('issues', 'delivery done')).toMatchObject({
    delivery: expect.stringMatching(/^[0-9a-f-]{36}$/),
    repository: 'octo/agent',
  });
  expect(lines).toContainEqual(
    expect.objectContaining({ repository: 'octo/agent', run: `r${issue}`, msg: 'recorded' }),
  );
}, 240_000);
