import { rmSync } from 'node:fs';
import { expect, test } from 'vitest';
import { recoverRun } from '../../src/run/recover.ts';
import { NO_RUN, REPOSITORY_DOCUMENTS } from '../../src/run/state/documents.ts';
import { RunDocuments } from '../../src/run/state/run-documents.ts';
import { replayDecisions } from '../../src/search/replay.ts';
import { expectConsistent } from '../support/consistency.ts';
import { openPull } from '../support/pull.ts';
import { until, World } from '../support/world.ts';

const at = { owner: 'octo', repo: 'agent' };
const skilled = (skill: number) => `${JSON.stringify({ skill, luck: 0, seconds: 0.3 })}\n`;

test('a fork’s pull request becomes a variant, credited to its author, wins and is merged', async () => {
  await using world = await World.start({
    ...{ skill: 0.2, luck: 0, seconds: 0.3, tasks: 24 },
    configuration: `benchmark: { suite: tasks, holdout: 0.5 }
search: { budget: 40, concurrency: 2, batch: 6 }
merge: { mode: auto }
`,
  });
  await world.startApp();
  const ask = async (number: number, body: string) => world.reply(number, await world.comment(number, body));
  const files = { 'skill.json': skilled(0.95), 'notes.md': 'Why: ü\n' };
  const { number, sha, base } = await openPull(world, 'better', files, {
    by: 'stranger',
    title: 'Raise it, closes #1',
  });
  expect(await ask(number, `/huxley adopt sha=${sha}`)).toContain('No run is in progress.');
  const issue = await world.issue();
  expect(await ask(issue, '/huxley adopt')).toContain(`#${issue} is not a pull request.`);
  await ask(issue, '/huxley run seed=1');
  const run = `r${issue}`;
  expect(await ask(number, '/huxley adopt')).toContain(`\`/huxley adopt sha=${sha}\``);
  expect(await ask(number, `/huxley adopt run=r99 sha=${sha}`)).toContain('Run r99 is not in progress.');
  const workflows = await openPull(world, 'workflows', { '.github/x.yml': 'x', 'skill.json': skilled(1) });
  expect(await ask(workflows.number, '/huxley adopt')).toMatch(/cannot become a variant: .*github.*x\.yml/);
  const reply = await ask(number, `/huxley adopt sha=${sha}`);
  const id = /becomes (v\d+) of run/.exec(reply)![1] as 'v1';
  expect(reply).toContain('names stranger as its author');
  expect(await ask(number, `/huxley adopt sha=${sha}`)).toContain(`is already ${id} of run ${run}.`);
  expect(await ask(issue, `/huxley explain ${id}`)).toContain(`It was adopted from #${number} by stranger.`);
  const copied = await openPull(world, 'copied', { 'notes.md': 'THE ANSWER of a held-out task\n' });
  const refused = /becomes (v\d+) of run/.exec(await ask(copied.number, '/huxley adopt'))![1]!;
  const variantOf = async (id: string) => (await world.archive(run))!.search.variants[Number(id.slice(1))]!;
  await until(async () => ((await variantOf(id)).own.resolved > 0 ? true : undefined), 'evidence', 120);
  const ended = await until(
    async () => ((await variantOf(refused)).failure ? variantOf(refused) : undefined),
    'a refusal',
  );
  expect(ended).toMatchObject({ state: 'failed', sha: null, failure: { stage: 'validate' } });
  expect((await world.archive(run))!.search.expansionsFailed).toBe(0);
  expect(await ask(issue, `/huxley explain ${refused}`)).toContain('holds text of a benchmark task');
  await ask(issue, `/huxley promote ${id}`);
  const archive = await world.ended(run);
  expect(archive.outcome).toMatchObject({ outcome: 'merged', shipped: id });
  await expectConsistent(world, run, archive);
  const entries = await world.entries(run);
  for (const { same } of replayDecisions(entries.map(({ event }) => event))) expect(same).toBe(true);
  expect(world.git(['show', 'main:skill.json'])).toBe(skilled(0.95).trim());
  expect(world.git(['show', 'main:notes.md'])).toBe('Why: ü');
  const { sha: made } = archive.search.variants[Number(id.slice(1))]!;
  expect(world.git(['log', '-1', '--format=%P', made!])).toBe(base);
  const message = world.git(['log', '-1', '--format=%B', made!]);
  expect(message).toContain(`Huxley-Adopted: ${sha}\nHuxley-Author: stranger\nskip-checks: true`);
  expect(message).toMatch(/^v\d+: Raise it, closes no\. 1\n/);
  expect(world.git(['branch', '--contains', sha])).toBe('');
  const { pulls } = world.people.owner.rest;
  const [own] = (await pulls.list({ ...at, state: 'all', head: `octo:huxley/${run}/${id}` })).data;
  expect(own!.body).toContain(`Adopted from #${number}, the work of stranger.`);
  expect((await pulls.get({ ...at, pull_number: number })).data.state).toBe('open');

  await world.stopApp();
  // As it is once an order is recorded and the process dies before it has replied; meanwhile the pull request is closed.
  const late = await world.comment(number, '/huxley adopt');
  const home = { repository: 'octo/agent', run: NO_RUN };
  const kept = REPOSITORY_DOCUMENTS.reply.of(String(late));
  await world.withStore((store) => new RunDocuments(store, home).write(kept, 'It was ordered.'));
  await pulls.update({ ...at, pull_number: number, state: 'closed' });
  await world.startApp();
  expect(await world.reply(number, late)).toContain('It was ordered.');

  await world.stopApp();
  for (const suffix of ['', '-wal', '-shm']) rmSync(`${world.journalPath}${suffix}`, { force: true });
  const forge = await world.forge();
  await world.withStore((store) => recoverRun(forge, store, run));
  expect((await world.entries(run)).slice(1)).toEqual(entries.slice(1));
}, 300_000);
