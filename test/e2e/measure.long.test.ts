import { rmSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readLedger } from '../../src/run/promotion/ledger.ts';
import { recoverableRuns, recoverRun } from '../../src/run/recover.ts';
import { openPull, pushTo } from '../support/pull.ts';
import { until, World } from '../support/world.ts';

const CONFIGURATION = `benchmark: { suite: tasks, holdout: 0.5 }
search: { budget: 96, concurrency: 3, batch: 6 }
limits: { taskCostUSD: 0.05 }
`;
const skilled = (skill: number) => `${JSON.stringify({ skill, luck: 0.5, seconds: 0 })}\n`;
const at = { owner: 'octo', repo: 'agent' };

test('sealed it spends of the ledger, more may be bought, and GitHub alone gives the ledger back', async () => {
  const configuration = CONFIGURATION.replace('budget: 96', 'budget: 40');
  await using world = await World.start({ skill: 0.4, tasks: 40, configuration });
  await world.startApp();
  const measure = async (skill: number, branch: string, options: string) => {
    const { number } = await openPull(world, branch, { 'skill.json': skilled(skill) });
    const reply = await world.reply(number, await world.comment(number, `/huxley measure sealed${options}`));
    return { number, reply };
  };
  const few = await measure(0.95, 'few', ' evaluations=38');
  expect(few.reply).toContain('It takes at least 40 evaluations: both commits on each of 20 tasks.');
  const first = await measure(0.95, 'first', '');
  expect(first.reply).toContain('on 20 held-out tasks, in up to 1 round.');
  expect(first.reply).toContain('It is the first comparison on these tasks: of the 5 % allowed for false merges');
  const better = await world.ended(`r${first.number}`);
  expect(better.outcome).toMatchObject({
    outcome: 'measured',
    reason: expect.stringMatching(/^Better: .*held-out tasks/),
  });
  expect(better.gate).toMatchObject({ passed: true, alpha: expect.closeTo(0.04) });
  expect([better.promoted, better.search.evaluations]).toEqual([null, 0]);
  const ask = async (number: number, body: string) => world.reply(number, await world.comment(number, body));
  expect(await ask(first.number, '/huxley prove')).toContain('has passed the gate: it needs no more evidence');

  const second = await measure(0.45, 'second', '');
  expect(second.reply).toContain('1 earlier comparison on these tasks, of which 1 passed, was granted 4 %');
  expect(second.reply).toContain('this one may spend 0.5 %');
  const same = await world.ended(`r${second.number}`);
  expect(same.outcome!.reason).toMatch(/^No difference shown: /);
  expect(same.gate!.alpha).toBeCloseTo(0.005);
  expect(await ask(second.number, '/huxley prove')).toContain('Raise the limit: `costUSD=`');
  expect(await ask(second.number, '/huxley prove evaluations=40 costUSD=3')).toMatch(
    /^v1 and the root are measured further, on up to 40 held-out evaluations/,
  );
  await until(
    async () => ((await world.archive(`r${second.number}`))!.extensions === 1 ? true : undefined),
    'the order',
  );
  const more = await world.ended(`r${second.number}`);
  expect(more.gate!.evidence).toMatchObject({ rounds: 2, evaluations: 80 });
  const summaries = (await world.comments(second.number)).filter((body) => body.includes('huxley:summary'));
  expect(summaries).toHaveLength(2);
  const { data } = await world.people.owner.rest.checks.listForRef({
    ...at,
    ref: same.settings.measure!.head.sha,
    check_name: 'Huxley measurement (held-out)',
    filter: 'all',
  });
  expect(data.check_runs).toHaveLength(2);

  await world.stopApp();
  const runs = [`r${first.number}`, `r${second.number}`];
  const journals = await Promise.all(runs.map((run) => world.entries(run)));
  const before = await world.withStore((store) => readLedger(store, 'octo/agent'));
  expect(before.openings.map(({ passed }) => passed)).toEqual([true, false]);
  for (const suffix of ['', '-wal', '-shm']) rmSync(`${world.journalPath}${suffix}`, { force: true });
  const forge = await world.forge();
  expect((await recoverableRuns(forge)).toSorted()).toEqual(runs);
  for (const run of runs) await world.withStore((store) => recoverRun(forge, store, run));
  for (const [at, run] of runs.entries()) expect((await world.entries(run)).slice(1)).toEqual(journals[at]!.slice(1));
  expect(await world.withStore((store) => readLedger(store, 'octo/agent'))).toEqual(before);
  const comments = await Promise.all([first, second].map(({ number }) => world.comments(number)));
  await world.startApp();
  for (const run of runs) await world.ended(run);
  expect(await Promise.all([first, second].map(({ number }) => world.comments(number)))).toEqual(comments);
}, 300_000);

test('a push or a close withdraws it; it pauses, resumes and stops; nothing of a run can be asked of it', async () => {
  const slow = (skill: number) => `${JSON.stringify({ skill, luck: 0.5, seconds: 1.5 })}\n`;
  await using world = await World.start({ skill: 0.4, tasks: 40, seconds: 1.5, configuration: CONFIGURATION });
  await world.startApp();
  const issue = await world.issue();
  const ask = async (number: number, body: string) => world.reply(number, await world.comment(number, body));
  expect(await ask(issue, '/huxley measure')).toContain(`#${issue} is not a pull request.`);
  const pull = await openPull(world, 'slow', { 'skill.json': slow(0.5) });
  const { number } = pull;
  const name = `r${number}`;
  expect(await ask(number, '/huxley measure evaluations=39')).toContain('It takes at least 40 evaluations');
  expect(await ask(number, `/huxley measure sha=${'a'.repeat(40)}`)).toContain('is not at `aaaaaaaaaaaa`');
  expect(await ask(number, '/huxley measure evaluations=400')).toContain('in up to 10 rounds');
  expect(await ask(number, '/huxley measure')).toContain(`Run ${name} of this issue has not ended.`);
  for (const command of ['promote', 'expand v1', 'evaluate v1', 'prune v1'])
    expect(await ask(number, `/huxley ${command}`)).toContain(`only measures pull request #${number}`);
  expect(await ask(number, '/huxley prove')).toMatch(/you can buy more evidence once it has ended/);
  expect(await ask(number, '/huxley pause')).toMatch(/^Paused/);
  expect(await ask(number, '/huxley resume')).toMatch(/^Resumed/);
  const results = async (run: string) => ((await world.archive(run))!.measured.evaluations > 0 ? true : undefined);
  await until(() => results(name), 'a result');
  expect(await ask(number, '/huxley status')).toMatch(/measuring · .* evaluations/);
  expect(await ask(number, '/huxley explain')).toContain('A measurement compares a pull request');
  expect(await ask(number, '/huxley explain v1')).toContain('It changes: pull request');

  const next = await pushTo(world, pull.branch, { 'skill.json': slow(0.6) });
  const pushed = await world.ended(name);
  expect(pushed.outcome).toMatchObject({
    outcome: 'stopped',
    reason: `Withdrawn: pull request ${number} was pushed to, its head is ${next} now. What was measured until then applies to ${pull.sha}.`,
  });
  expect(pushed.jobs.size).toBe(0);
  const { checks } = world.people.owner.rest;
  const told = async (ref: string) => (await checks.listForRef({ ...at, ref, filter: 'all' })).data.check_runs;
  expect((await told(pull.sha)).map((check) => check.name)).toContain(`Huxley evidence ${name}`);
  expect((await told(pull.sha)).find((check) => check.name === 'Huxley measurement')!.output.title).toMatch(
    /^Withdrawn/,
  );
  expect(await told(next)).toEqual([]);
  expect(await ask(number, '/huxley prove costUSD=9')).toContain('The pull request was pushed to');

  expect(await ask(number, '/huxley measure')).toContain(`Measurement **${name}-2** has started`);
  await until(() => results(`${name}-2`), 'a result');
  expect(await ask(number, '/huxley stop')).toMatch(/^The measurement ends once/);
  expect((await world.ended(`${name}-2`)).outcome!.reason).toMatch(/It ended early, stopped by octo: asked to\.$/);

  const looks = async (run: string) => (await world.archive(run))!.comparisons.get('v1')?.looks.length || undefined;
  expect(await ask(number, '/huxley measure sealed evaluations=200')).toContain(
    `Measurement **${name}-3** has started`,
  );
  await until(() => looks(`${name}-3`), 'a look');
  expect(await ask(number, '/huxley stop')).toContain('The verdict on its complete rounds follows.');
  const stopped = await world.ended(`${name}-3`);
  expect(stopped.outcome).toMatchObject({
    outcome: 'measured',
    reason: expect.stringMatching(/^(Better|No difference shown|Worse): .* It ended early, stopped by octo\.$/),
  });
  expect(stopped.gate!.evidence!.stopped).toBe('person');
  expect(stopped.gate!.evidence!.rounds).toBe(stopped.comparisons.get('v1')!.looks.length);

  expect(await ask(number, '/huxley measure sealed')).toContain(`Measurement **${name}-4** has started`);
  await until(() => results(`${name}-4`), 'a result');
  await world.people.owner.rest.pulls.update({ ...at, pull_number: number, state: 'closed' });
  expect((await world.ended(`${name}-4`)).outcome!.reason).toMatch(/^Withdrawn: pull request \d+ was closed/);
  expect(await ask(number, '/huxley measure')).toContain('is closed.');
}, 240_000);

test('where the configuration says so every head is measured unasked, within the month’s budget', async () => {
  const configuration = `${CONFIGURATION}measure: { on: pull_request, monthlyUSD: 2.5 }\n`;
  await using world = await World.start({ skill: 0.4, tasks: 40, configuration });
  await world.startApp();
  const { rest } = world.people.owner;
  const theirs = await openPull(world, 'theirs', { 'skill.json': skilled(0.9) }, { by: 'stranger' });
  const only = await openPull(world, 'only', { '.github/huxley.yml': 'version: 1\n' });
  const checksOf = async (ref: string) => {
    const { data } = await rest.checks.listForRef({ ...at, ref, check_name: 'Huxley measurement' });
    return data.check_runs.map(({ conclusion, output }) => `${conclusion} ${output.title}: ${output.summary}`);
  };
  const said = (ref: string) => until(async () => (await checksOf(ref))[0], `a check of ${ref}`);
  expect(await said(only.sha)).toMatch(/^neutral Not measured: It only changes what a measurement takes/);
  const hidden = await openPull(world, 'hidden', { '.github/notes.md': 'x', CODEOWNERS: '* @octo' });
  expect(await said(hidden.sha)).toMatch(/^neutral Not measured: It only changes what a measurement takes/);

  const { number, sha } = await openPull(world, 'ours', { 'skill.json': skilled(0.95) });
  expect(await said(sha)).toMatch(/^success Better/);
  const first = await world.ended(`r${number}`);
  expect(first.settings).toMatchObject({ costUSD: 2.5, measure: { unasked: true, evaluations: 49, author: 'octo' } });
  const [advice] = await world.comments(number);
  expect(advice).toContain('It costs at most $2.50 and 49 evaluations');
  const next = await pushTo(world, 'ours', { 'skill.json': skilled(0.02) });
  expect(await said(next)).toMatch(/^(failure Worse|neutral No difference shown): /);
  const second = await world.ended(`r${number}-2`);
  expect(second.settings.measure).toMatchObject({ evaluations: 41 });
  expect((await world.comments(number)).filter((body) => body.includes('It costs at most'))).toHaveLength(1);

  const last = await pushTo(world, 'ours', { 'skill.json': skilled(0.5) });
  expect(await said(last)).toMatch(/^neutral Not measured: What is left of this month’s budget, \$1\.70, does not pay/);
  const asked = await world.reply(number, await world.comment(number, '/huxley measure evaluations=40'));
  expect(asked).toContain(`Measurement **r${number}-3** has started`);
  await world.ended(`r${number}-3`);
  expect(await world.comments(theirs.number)).toEqual([]);
  expect(await checksOf(theirs.sha)).toEqual([]);
}, 240_000);
