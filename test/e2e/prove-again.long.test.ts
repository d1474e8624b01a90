import { expect, test } from 'vitest';
import type { Archive } from '../../src/archive/archive.ts';
import { expectConsistent } from '../support/consistency.ts';
import { until, World } from '../support/world.ts';

const at = { owner: 'octo', repo: 'agent' };

test('a comparison stopped in the middle is completed when evidence is bought, and what was not chosen says so', async () => {
  await using world = await World.start({
    skill: 0.3,
    luck: 1,
    tasks: 48,
    seconds: 0.3,
    configuration: `benchmark: { suite: tasks, holdout: 0.75 }
search: { policy: hgm, budget: 40, concurrency: 2, batch: 4 }
limits: { costUSD: 500 }
merge: { evaluations: 216 }
`,
  });
  await world.startApp();
  const issue = await world.run('seed=1');
  const says = async (command: string) => world.reply(issue, await world.comment(issue, command));
  const when = (holds: (now: Archive) => boolean, what: string) =>
    until(
      async () => {
        const now = await world.archive('r1');
        return now !== undefined && holds(now) ? true : undefined;
      },
      what,
      120,
    );
  const made = ({ search }: Archive) => search.variants.flatMap((each) => (each?.state === 'live' ? [each.id] : []));
  await when((now) => made(now).length >= 3, 'two variants');
  const [, other, id] = made((await world.archive('r1'))!) as [string, string, `v${number}`];
  expect(await says(`/huxley promote ${id}`)).toContain(`then ${id} is compared`);
  await when(({ heldOut, jobs }) => heldOut.has(id) && jobs.size > 0, 'the comparison to be in its middle');
  expect(await says('/huxley stop')).toBe((await world.comments(issue)).find((body) => body.startsWith('Ended.')));
  const stopped = await world.ended('r1');
  expect(stopped.outcome).toMatchObject({ outcome: 'stopped', shipped: id });
  const cut = stopped.heldOutOrders.unbegun.length;
  expect(cut).toBeGreaterThan(0);
  const pull = async (variant: string) =>
    (await world.people.owner.rest.pulls.list({ ...at, state: 'all', head: `octo:huxley/r1/${variant}` })).data[0]!;
  expect((await pull(other)).body).toContain('Closed: the run ended and no variant passed the gate');

  expect(await says('/huxley prove')).toContain(`${id} and the root are measured further`);
  const proven = await world.ended('r1');
  // Whatever the comparison found, nothing of it is missing.
  expect(proven.gate!.missing ?? 0).toBe(0);
  expect(proven.gate!.n).toBe(36 * proven.gate!.evidence!.rounds);
  expect(proven.heldOutOrders.unbegun).toEqual([]);
  const why = proven.outcome!.outcome === 'offered' ? `chose ${id}` : 'no variant passed the gate';
  expect((await pull(other)).body).toContain(why);
  expect(proven.ignored).toEqual([]);
  await expectConsistent(world, 'r1', proven);
}, 300_000);

test('a command whose reply was lost is answered again, not done again', async () => {
  await using world = await World.start({
    skill: 0.31,
    luck: 0.8,
    tasks: 16,
    configuration: `benchmark: { suite: tasks, holdout: 0.5 }
search: { policy: hgm, budget: 30, concurrency: 1, batch: 2 }
`,
  });
  await world.startApp();
  const issue = await world.run('seed=2');
  await until(async () => ((await world.archive('r1'))?.search.expansionsMade ? true : undefined), 'a variant', 120);
  const id = await world.comment(issue, '/huxley expand v0');
  const reply = await world.reply(issue, id);
  expect(reply).toMatch(/^Making v\d+ of v0 by/);
  await world.stopApp();
  // As after a crash between the journal and the comment.
  await world.withStore(async (store) => {
    const key = { repository: 'octo/agent', run: '-' };
    for (const name of [`answered/${id}`, `replied/${id}`]) await store.writeDocument(key, name, undefined);
    await store.writeDocument(key, 'comments-since', new Date(Date.now() - 600_000).toISOString());
  });
  const { data } = await world.people.owner.rest.issues.listComments({ ...at, issue_number: issue, per_page: 100 });
  const lost = data.find(({ body }) => body?.includes(`huxley:reply v=1 to=${id} `))!;
  await world.people.owner.rest.issues.deleteComment({ ...at, comment_id: lost.id });
  await world.startApp();
  await world.server!.service.sweep();
  expect(await world.reply(issue, id)).toBe(reply);
  const byHand = (await world.entries('r1')).filter(
    ({ event }) => event.type === 'expansion.ordered' && event.decision === null,
  );
  expect(byHand).toHaveLength(1);
  await world.stopApp();
}, 120_000);

test('a comparison that was repeated on a moved branch goes on with the same merge result, whose branch was gone', async () => {
  await using world = await World.start({
    skill: 0.1,
    luck: 1.6,
    seconds: 1,
    tasks: 24,
    configuration: `benchmark: { suite: tasks, holdout: 0.5 }
search: { policy: greedy, budget: 6, concurrency: 1, batch: 4 }
merge: { evaluations: 96 }
`,
  });
  await world.startApp();
  const issue = await world.run('seed=1');
  const says = async (command: string) => world.reply(issue, await world.comment(issue, command));
  await until(() => world.archive('r1'), 'the run, which has its root now');
  await world.put('README.md', 'An agent, explained.\n');
  await until(async () => ((await world.archive('r1'))?.comparison ? true : undefined), 'the repeated comparison', 120);
  expect(await says('/huxley stop')).toMatch(/^Ended\./);
  const stopped = await world.ended('r1');
  const branches = () => world.git(['for-each-ref', '--format=%(refname)', 'refs/heads/huxley']);
  expect(branches()).not.toContain('-with-');
  expect(await says('/huxley prove')).toContain('and the root are measured further');
  expect(branches()).toContain('-with-');
  const proven = await world.ended('r1');
  expect(proven.comparison).toEqual(stopped.comparison);
  expect(proven.gate).toMatchObject({ n: 12 * proven.gate!.evidence!.rounds });
  expect(proven.gate!.missing).toBeUndefined();
  expect(branches()).not.toContain('-with-');
  await expectConsistent(world, 'r1', proven);
}, 200_000);
