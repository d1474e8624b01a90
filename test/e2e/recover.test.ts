import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { replay } from '../../src/archive/reduce.ts';
import { MAX_RESULT_BYTES, resultArtifactName, resultSchema } from '../../src/contract/contract.ts';
import type { Forge } from '../../src/github/forge.ts';
import { recoverableRuns, recoverRun } from '../../src/run/recover.ts';
import { openSqlite } from '../../src/store/sqlite.ts';
import { essence, expectConsistent } from '../support/consistency.ts';
import { until, World } from '../support/world.ts';

const TREES = 'POST /repos/{owner}/{repo}/git/trees';

test('with the journal deleted in mid-run, GitHub gives it back and the run goes on', async () => {
  let refused = 0;
  await using world = await World.start({
    observe: ({ route, status }) => {
      if (route === TREES && status === 403) refused++;
    },
    luck: 0.8,
    tasks: 16,
    configuration: `benchmark: { suite: tasks, holdout: 0.5 }
search: { policy: hgm, budget: 16, concurrency: 2, batch: 3 }
`,
  });
  // The turns that take in the third variant fail; what they have recorded is told all the same before the App ends.
  world.github.faults.request({
    route: TREES,
    fault: { type: 'refuse', status: 403, message: 'Not now' },
    after: 2,
    times: 1_000,
  });
  await world.startApp();
  await world.run('seed=5');
  await until(async () => (refused > 0 ? true : undefined), 'a turn to fail', 240);
  await world.stopApp();
  world.github.faults.clear();
  const before = await world.entries('r1');

  for (const suffix of ['', '-wal', '-shm']) rmSync(`${world.journalPath}${suffix}`, { force: true });
  const forge = await world.forge();
  expect(await recoverableRuns(forge)).toEqual(['r1']);
  const recovered = await world.withStore((store) => recoverRun(forge, store, 'r1'));

  const after = await world.entries('r1');
  expect(after.slice(1)).toEqual(before.slice(1, recovered.entries));
  expect(after.some(({ event }) => event.type === 'evaluation.done' && event.signs !== undefined)).toBe(true);
  // Only orders and decisions can be missing: they are made again.
  expect(before.slice(recovered.entries).every(({ event }) => /ordered$|^decision/.test(event.type))).toBe(true);
  const essenceOf = (entries: typeof after) => essence(replay(entries.map(({ event }) => event)));
  expect(essenceOf(after)).toEqual(essenceOf(before.slice(0, recovered.entries)));
  await expect(world.withStore((store) => recoverRun(forge, store, 'r1'))).rejects.toMatchObject({
    code: 'journal.conflict',
  });

  await world.startApp();
  const archive = await world.ended('r1');
  expect(archive.outcome).not.toBeNull();
  // What had been spent on work whose results were lost with the journal is not forgotten.
  let spent = 0;
  for (const { id, title } of await forge.dispatchedRuns('huxley.yml', '2026-01-01T00:00:00Z')) {
    const text = await forge.readArtifact(id, resultArtifactName(title.split(' ')[1]!), MAX_RESULT_BYTES);
    spent += resultSchema.parse(JSON.parse(text!)).usage.costUSD;
  }
  expect(spent).toBeGreaterThan(0);
  expect(archive.spentUSD).toBeGreaterThanOrEqual(spent);
  await expectConsistent(world, 'r1', archive);
}, 420_000);

test('what people have asked for outlives the journal: a pause, guidance, a variant to promote, and what a child is made from', async () => {
  await using world = await World.start({
    skill: 0.31,
    luck: 0.8,
    tasks: 16,
    configuration: `benchmark: { suite: tasks, holdout: 0.5 }
search: { policy: hgm, budget: 40, concurrency: 2, batch: 2 }
`,
  });
  await world.startApp();
  const issue = await world.run('seed=2');
  const ask = async (body: string) => world.reply(issue, await world.comment(issue, body, 'owner'));
  const when = (holds: (archive: NonNullable<Awaited<ReturnType<World['archive']>>>) => boolean, what: string) =>
    until(
      async () => {
        const archive = await world.archive('r1');
        return (archive && holds(archive)) || undefined;
      },
      what,
      120,
    );
  await when(({ search }) => search.variants[1]?.state === 'live' && search.variants[1].own.resolved > 0, 'v1');
  const [, child] = /Making (v\d+) of v0/.exec(await ask('/huxley expand v0'))!;
  const number = Number(child!.slice(1));
  await when(({ search }) => search.variants[number]?.state === 'live', 'the child that was asked for');
  const forge = await world.forge();
  let recoveries = 0;
  /** What comes back of GitHub, or of what it was before an entry of the journal. */
  const recovered = async (before = Number.POSITIVE_INFINITY) => {
    const looked: Forge = {
      ...forge,
      deleteBranch: async () => {},
      checks: async (sha) =>
        (await forge.checks(sha)).filter(({ externalId }) => Number(externalId.split(/[:-]/)[2]) < before),
    };
    await using store = await openSqlite(join(world.folder, `recovered-${++recoveries}.sqlite`));
    await recoverRun(looked, store, 'r1');
    return replay((await store.read({ repository: 'octo/agent', run: 'r1' })).map(({ event }) => event));
  };
  expect(await ask('/huxley pause')).toMatch(/^Paused/);
  await when(({ jobs }) => jobs.size === 0, 'the work in flight to end');
  // No result comes after these words.
  await ask('/huxley steer Keep changes small');
  const isTold = async () => {
    const { status, guidance } = await recovered();
    return (status === 'paused' && guidance.length === 1) || undefined;
  };
  await until(isTold, 'the pause and the guidance on GitHub', 20);
  await ask('/huxley resume');
  expect(await ask('/huxley promote v1')).toContain('then v1 is compared');
  const archive = await world.ended('r1');
  expect(archive.opened).toBe('v1');
  await world.stopApp();

  const entries = await world.entries('r1');
  const opened = entries.find(({ event }) => event.type === 'heldout.opened')!.seq;
  const before = await recovered(opened);
  expect(before).toMatchObject({ opened: null, asked: 'v1' });
  const { birth } = before.search.variants[number]!;
  expect(birth).toEqual({ ...archive.search.variants[number]!.birth });
  expect(birth!.decision).toBeNull();
  expect(birth!.tasks.length).toBeGreaterThan(0);
}, 420_000);

test('workflow runs are all found, although a search gives a thousand at most', async () => {
  await using world = await World.start({ tasks: 4, actions: { slots: 0 } });
  const forge = await world.forge();
  const first = (await forge.dispatch('huxley.yml', 'main', { order: '{"order":"{}"}' }))!;
  const { runs } = world.github.actions.tables;
  const { id, ...row } = runs.get(first)!;
  const from = Date.parse(row.createdAt);
  for (let n = 1; n <= 2_300; n++) {
    const createdAt = new Date(from + Math.floor(n / 3) * 1_000).toISOString().replace('.000Z', 'Z');
    runs.insert({ ...row, number: row.number + n, createdAt });
  }
  const found = await forge.dispatchedRuns('huxley.yml', row.createdAt);
  expect(new Set(found.map((run) => run.id)).size).toBe(2_301);
  expect(found).toHaveLength(2_301);
  expect(found.at(-1)!.id).toBe(id);
});
