import { expect, test } from 'vitest';
import { expectConsistent } from '../support/consistency.ts';
import { World } from '../support/world.ts';

test('where no variant is better, nothing is merged, and the issue says why', async () => {
  await using world = await World.start({
    skill: 0.6,
    luck: 0.1,
    tasks: 12,
    configuration: `benchmark: { suite: tasks, holdout: 0.5 }
search: { policy: hgm, budget: 10, concurrency: 2, batch: 3 }
merge: { mode: auto }
`,
  });
  await world.startApp();
  const issue = await world.issue();
  await world.comment(issue, '/huxley run seed=4');
  const archive = await world.ended('r1');
  expect(archive.outcome).toMatchObject({ outcome: 'nothing' });
  const { data } = await world.people.owner.rest.repos.getBranch({ owner: 'octo', repo: 'agent', branch: 'main' });
  expect(data.commit.sha).toBe(archive.settings.root.sha);
  expect((await world.comments(issue)).at(-1)).toContain('nothing deserved merging');
  await expectConsistent(world, 'r1', archive);
});
