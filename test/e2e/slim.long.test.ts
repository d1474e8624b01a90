import { rmSync } from 'node:fs';
import { expect, test } from 'vitest';
import { cellOutcome } from '../../src/archive/archive.ts';
import { recoverRun } from '../../src/run/recover.ts';
import { parseTrailers } from '../../src/run/state/trailers.ts';
import { replayDecisions } from '../../src/search/replay.ts';
import { expectConsistent } from '../support/consistency.ts';
import { until, World } from '../support/world.ts';

const at = { owner: 'octo', repo: 'agent' };
const skill = `${JSON.stringify({ skill: 0.85, luck: 0, seconds: 0.2, alike: true })}\n`;

test('a planted useless edit is dropped and the score is kept; one that a later edit builds on stays and is named; it wins and is merged', async () => {
  await using world = await World.start({
    ...{ skill: 0.3, luck: 0, seconds: 0.2, alike: true, tasks: 48 },
    configuration: `benchmark: { suite: tasks, holdout: 0.5 }
search: { budget: 200, concurrency: 2, batch: 24 }
merge: { mode: auto }
`,
  });
  await world.startApp();
  const issue = await world.run('seed=1');
  const says = async (command: string) => world.reply(issue, await world.comment(issue, `/huxley ${command}`));
  const variant = async (id: string) => (await world.archive('r1'))?.search.variants[Number(id.slice(1))];
  const measured = (id: string) =>
    until(
      async () => {
        const found = await variant(id);
        return found && found.own.resolved + found.own.unresolved === 24 ? found : undefined;
      },
      `${id} on every search task`,
      120,
    );
  const ended = (id: string) =>
    until(async () => ((await variant(id))?.state === 'expanding' ? undefined : variant(id)), id, 120);
  await measured('v0');
  await says('pause');
  const made = async (parent: string, files: Readonly<Record<string, string>>) => {
    const id = /^Making (v\d+) of/.exec(await says(`expand ${parent}: ${JSON.stringify(files)}`))![1]!;
    expect((await ended(id))!.state).toBe('live');
    await says(`evaluate ${id}`);
    await measured(id);
    return id;
  };
  const useless = await made('v0', { 'tips.md': 'Think twice.\n' });
  expect(await says(`slim ${useless}`)).toContain(`${useless} has a single edit`);
  const built = await made(useless, { 'prompt.md': 'Be brief.\n' });
  expect(await says(`slim ${built}`)).toContain(
    `No edit in ${built} shows a contribution: without them it is the root.`,
  );
  const useful = await made(built, { 'prompt.md': 'Be exact.\n', 'skill.json': skill });
  expect(await says(`explain ${useful}`)).toContain(`No contribution shown: ${useless}, ${built}.`);

  const reply = await says(`slim ${useful}`);
  const slim = /^(v\d+) becomes/.exec(reply)![1]!;
  expect(reply).toContain(`${useful} without the 2 edits of ${built}, ${useless}, which showed no contribution.`);
  const child = (await ended(slim))!;
  expect(child).toMatchObject({ state: 'live', birth: { slim: { by: 'octo', unreverted: [built] } } });
  const show = (path: string) => world.git(['show', `${child.sha}:${path}`]);
  expect(world.git(['ls-tree', '--name-only', child.sha!]).split('\n')).not.toContain('tips.md');
  expect([show('prompt.md'), show('skill.json')]).toEqual(['Be exact.', skill.trim()]);
  expect(world.git(['log', '-1', '--format=%P', child.sha!])).toBe((await variant(useful))!.sha);
  const trailers = parseTrailers(world.git(['log', '-1', '--format=%B', child.sha!]));
  expect(Object.fromEntries(trailers)).toMatchObject({
    ...{ 'huxley-dropped': useless, 'huxley-unreverted': built, 'huxley-asked-by': 'octo', 'skip-checks': 'true' },
  });
  expect(await says(`slim ${useful}`)).toContain(`${slim} is already ${useful} without the edits of ${useless}.`);
  expect(await says(`slim ${slim}`)).toContain('shows a contribution, or was to be dropped before');
  await says(`evaluate ${slim}`);
  const [after, before] = [await measured(slim), await measured(useful)];
  expect([...after.cells].map(cellOutcome)).toEqual([...before.cells].map(cellOutcome));
  expect(after.own.resolved).toBeGreaterThan((await variant('v0'))!.own.resolved + 8);

  await says(`promote ${slim}`);
  await says('resume');
  const archive = await world.ended('r1');
  expect(archive.outcome).toMatchObject({ outcome: 'merged', shipped: slim });
  await expectConsistent(world, 'r1', archive);
  const entries = await world.entries('r1');
  for (const { same } of replayDecisions(entries.map(({ event }) => event))) expect(same).toBe(true);
  expect(world.git(['ls-tree', '--name-only', 'main']).split('\n')).not.toContain('tips.md');
  expect(world.git(['show', 'main:skill.json'])).toBe(skill.trim());
  const { pulls } = world.people.owner.rest;
  const [own] = (await pulls.list({ ...at, state: 'all', head: `octo:huxley/r1/${slim}` })).data;
  expect(own!.title).toMatch(new RegExp(`^${slim}: 2 changes: `));
  expect(own!.body).toContain(
    `without the edits of ${useless}, which showed no contribution; ${built} could not be reverted`,
  );
  expect(own!.body).toMatch(new RegExp(`\\| ${useless}: .* \\(dropped since\\) \\|`));
  expect(own!.body).toMatch(new RegExp(`\\| ${useful}: .* \\| \\+\\d+\\.\\d `));
  expect(await says(`slim ${useful}`)).toContain('has stopped searching');

  await world.stopApp();
  for (const suffix of ['', '-wal', '-shm']) rmSync(`${world.journalPath}${suffix}`, { force: true });
  const forge = await world.forge();
  await world.withStore((store) => recoverRun(forge, store, 'r1'));
  expect((await world.entries('r1')).slice(1)).toEqual(entries.slice(1));
}, 300_000);
