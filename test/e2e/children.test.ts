import { expect, test } from 'vitest';
import { expectConsistent } from '../support/consistency.ts';
import { until, World } from '../support/world.ts';

const at = { owner: 'octo', repo: 'agent' };

test("a merged variant's children are turned to the default branch before they are closed: they outlive its branch and can be merged", async () => {
  await using world = await World.start({
    skill: 0.02,
    luck: 2,
    tasks: 24,
    configuration: `benchmark: { suite: tasks, holdout: 0.5 }
search: { policy: hgm, budget: 40, concurrency: 1, batch: 6 }
merge: { mode: auto }
`,
  });
  await world.startApp();
  const issue = await world.issue();
  const ask = async (body: string) => world.reply(issue, await world.comment(issue, body));
  await ask('/huxley run seed=1');
  const live = (parent: number) =>
    until(
      async () =>
        (await world.archive('r1'))?.search.variants.find(
          (variant) => variant?.state === 'live' && variant.parent === parent,
        ),
      `a child of v${parent}`,
      120,
    );
  const parent = await live(0);
  await ask('/huxley pause');
  // Another order needs other evidence.
  await ask(`/huxley evaluate ${parent.id}`);
  const seen = async () => (await world.archive('r1'))?.search.variants[parent.number]?.inFlight === 0 || undefined;
  await until(seen, `results of ${parent.id}`);
  for (let tries = 0; tries < 2; tries++) await ask(`/huxley expand ${parent.id}`);
  const child = await live(parent.number);
  expect(await ask(`/huxley promote ${parent.id}`)).toContain(`then ${parent.id} is compared with the root`);
  const ended = await world.ended('r1');
  expect(ended.outcome).toMatchObject({ outcome: 'merged', shipped: parent.id });
  await expectConsistent(world, 'r1', ended);

  const { pulls, git } = world.people.owner.rest;
  const pullOf = async (id: string) =>
    (await pulls.list({ ...at, state: 'all', head: `octo:huxley/r1/${id}` })).data[0]!;
  const pull = await pullOf(child.id);
  expect(pull).toMatchObject({ state: 'closed', base: { ref: 'main' } });
  expect(pull.body).toContain(`> Closed: the run ended and chose ${parent.id}.`);
  // What it shows is its own change still: one file, as it was made.
  const { data: files } = await pulls.listFiles({ ...at, pull_number: pull.number });
  expect(files.map(({ filename, changes }) => [filename, changes])).toEqual([['skill.json', 2]]);

  await git.deleteRef({ ...at, ref: `heads/huxley/r1/${parent.id}` });
  await pulls.update({ ...at, pull_number: pull.number, state: 'open' });
  const mergeable = await until(
    async () => (await pulls.get({ ...at, pull_number: pull.number })).data.mergeable ?? undefined,
    'GitHub to see whether it can be merged',
  );
  expect(mergeable).toBe(true);
});
