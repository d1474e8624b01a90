import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { NO_RUN, REPOSITORY_DOCUMENTS } from '../../src/run/state/documents.ts';
import { RunDocuments } from '../../src/run/state/run-documents.ts';
import type { Store } from '../../src/store/store.ts';
import { openPull, pushTo } from '../support/pull.ts';
import { until, World } from '../support/world.ts';

const CONFIGURATION = `benchmark: { suite: tasks, holdout: 0.5 }
search: { budget: 96, concurrency: 3, batch: 6 }
limits: { taskCostUSD: 0.05 }
`;
const skilled = (skill: number) => `${JSON.stringify({ skill, luck: 0.5, seconds: 0 })}\n`;
const at = { owner: 'octo', repo: 'agent' };

test('better, no difference, worse: a check of the commit and a comment say which, and what it cost', async () => {
  // What the stand-in worker finds hangs on the tree: only agents that fail nearly everything are surely alike.
  for (const [skill, text, kind, conclusion] of [
    [0.4, skilled(0.95), 'Better', 'success'],
    [0.02, skilled(0.02).replace('{', '{ '), 'No difference shown', 'neutral'],
    [0.4, skilled(0.02), 'Worse', 'failure'],
  ] as const) {
    await using world = await World.start({ skill, tasks: 40, configuration: CONFIGURATION });
    await world.startApp();
    const { number, sha, base } = await openPull(world, `change-${conclusion}`, { 'skill.json': text });
    const reply = await world.reply(number, await world.comment(number, '/huxley measure'));
    expect(reply).toMatch(
      new RegExp(
        `^Measurement \\*\\*r${number}\\*\\* has started: pull request #${number} at \`${sha.slice(0, 12)}\` compared with \`${base.slice(0, 12)}\`, where it branched from main, on 20 search tasks, in up to 2 rounds\\.\n\nIt costs at most \\$4\\.85 and 96 evaluations`,
      ),
    );
    const archive = await world.ended(`r${number}`);
    expect(archive.outcome).toMatchObject({ outcome: 'measured', reason: expect.stringMatching(`^${kind}: `) });
    expect(archive.measured.evaluations).toBeLessThanOrEqual(96);
    expect(archive.opened).toBeNull();
    expect(archive.ignored).toEqual([]);
    const comments = await world.comments(number);
    const summary = comments.filter((body) => body.includes('huxley:summary'));
    expect(summary).toHaveLength(1);
    expect(summary[0]).toContain(`**${kind}**: `);
    expect(summary[0]).toMatch(/90 %: .*An attempt cost .*\d+ evaluations, \$\d/s);
    expect(await world.dashboard(number)).toContain(`measurement of #${number} · ended: measured`);
    const { data } = await world.people.owner.rest.checks.listForRef({
      ...at,
      ref: sha,
      check_name: 'Huxley measurement',
    });
    expect(data.check_runs).toEqual([
      expect.objectContaining({
        conclusion,
        output: expect.objectContaining({ title: expect.stringContaining(kind) }),
      }),
    ]);
    const { data: pull } = await world.people.owner.rest.pulls.get({ ...at, pull_number: number });
    expect(pull).toMatchObject({ state: 'open', merged: false, head: { sha } });
  }
}, 240_000);

test('of starts at once one is made, and each is told what is so', async () => {
  await using world = await World.start({ skill: 0.4, tasks: 40, seconds: 1, configuration: CONFIGURATION });
  await world.startApp();
  const { number } = await openPull(world, 'both', { 'skill.json': skilled(0.9) });
  const asked = ['/huxley measure', '/huxley measure sealed'];
  const comments = await Promise.all(asked.map((body) => world.comment(number, body)));
  const replies = await Promise.all(comments.map((comment) => world.reply(number, comment)));
  const begun = replies.map((reply) => reply.includes('has started'));
  expect(begun.filter(Boolean)).toHaveLength(1);
  expect(replies[begun.indexOf(false)]).toContain(`Run r${number} of this issue has not ended.`);
  expect((await world.archive(`r${number}`))!.settings.measure!.sealed).toBe(begun[1]);
  await world.stopApp();

  // As it is where the process died before the run was there, and another start took the name.
  const late = await world.comment(number, '/huxley measure');
  const home = { repository: 'octo/agent', run: NO_RUN };
  await world.withStore((store) =>
    new RunDocuments(store, home).write(REPOSITORY_DOCUMENTS.started.of(String(late)), `r${number}`),
  );
  await world.startApp();
  expect(await world.reply(number, late)).toContain(`Run r${number} of this issue has not ended.`);
}, 120_000);

test('a process that dies while it starts one unasked tells the price once, and starts one', async () => {
  const configuration = `${CONFIGURATION}measure: { on: pull_request, monthlyUSD: 9 }\n`;
  await using world = await World.start({ skill: 0.4, tasks: 40, configuration });
  await world.startApp();
  await world.stopApp();
  // As it is where it died before the run was there.
  const { number, sha } = await openPull(world, 'told', { 'skill.json': skilled(0.9) });
  const marker = `<!-- huxley:reply v=1 to=${sha} -->`;
  await (await world.forge()).comment(number, `It costs at most $1.\n\n${marker}`);
  const documents = (store: Store) => new RunDocuments(store, { repository: 'octo/agent', run: NO_RUN });
  const measured = REPOSITORY_DOCUMENTS.measured.of(sha);
  await world.withStore((store) => documents(store).write(REPOSITORY_DOCUMENTS.advised.of(sha), { intended: true }));
  await world.startApp();
  const look = async () => {
    for (const state of ['closed', 'open'] as const)
      await world.people.owner.rest.pulls.update({ ...at, pull_number: number, state });
    return until(() => world.withStore((store) => documents(store).read(measured)), 'a look');
  };
  expect(await look()).toBe(`r${number}`);
  // And where it died once it was.
  await world.withStore((store) => documents(store).remove(measured));
  await until(async () => ((await world.archive(`r${number}`))!.outcome ? true : undefined), 'an end');
  expect(await look()).toBe(`r${number}`);
  expect((await world.comments(number)).filter((body) => body.includes('It costs at most'))).toHaveLength(1);
  expect(await world.withStore((store) => store.runs('octo/agent'))).toHaveLength(1);
}, 120_000);

test('a pull request that is locked is measured unasked like any other', async () => {
  const configuration = `${CONFIGURATION}measure: { on: pull_request, monthlyUSD: 9 }\n`;
  await using world = await World.start({ skill: 0.4, tasks: 40, configuration });
  await world.startApp();
  world.github.faults.request({
    route: 'POST /repos/{owner}/{repo}/issues/{issue_number}/comments',
    fault: { type: 'refuse', status: 403, message: 'Unable to create comment because issue is locked.' },
    times: 1e9,
    who: 'apps',
  });
  const { number, sha } = await openPull(world, 'locked', { 'skill.json': skilled(0.95) });
  expect((await world.ended(`r${number}`)).outcome!.reason).toMatch(/^Better: /);
  const { data } = await world.people.owner.rest.checks.listForRef({
    ...at,
    ref: sha,
    check_name: 'Huxley measurement',
  });
  expect(data.check_runs.map(({ conclusion }) => conclusion)).toEqual(['success']);
}, 240_000);

test('where a run of the pull request cannot be read, its next head says why it is not measured', async () => {
  const configuration = `${CONFIGURATION}measure: { on: pull_request, monthlyUSD: 9 }\n`;
  await using world = await World.start({ skill: 0.4, seconds: 2, tasks: 40, configuration });
  await world.startApp();
  const { number } = await openPull(world, 'damaged', { 'skill.json': skilled(0.9) });
  await until(async () => ((await world.archive(`r${number}`))?.jobs.size ? true : undefined), 'a job');
  await world.stopApp();
  const database = new DatabaseSync(world.journalPath);
  database.exec(`UPDATE journal SET event = '{' WHERE seq = 2`);
  database.close();
  await world.startApp();
  const head = await pushTo(world, 'damaged', { 'notes.md': 'x' });
  const check = await until(async () => {
    const { data } = await world.people.owner.rest.checks.listForRef({ ...at, ref: head });
    return data.check_runs.find(({ output }) => output.title === 'Not measured');
  }, 'a check');
  expect(check.output.summary).toMatch(/Entry 2 of octo\/agent r\d+ is not JSON\./);
}, 120_000);
