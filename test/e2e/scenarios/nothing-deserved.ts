import { expect } from 'vitest';
import { expectConsistent } from '../../support/consistency.ts';
import { type Way, World } from '../../support/world.ts';

/** Where no variant is better, nothing is merged, and the issue says why. */
export async function nothingDeserved(way: Way): Promise<void> {
  await using world = await World.start({
    way,
    skill: 0.6,
    luck: 0.1,
    tasks: 12,
    configuration: `benchmark: { suite: tasks, holdout: 0.5 }
search: { policy: hgm, budget: 10, concurrency: 2, batch: 3 }
merge: { mode: ${way === 'token' ? 'manual' : 'auto'}, branches: delete }
`,
  });
  await world.startController();
  const issue = await world.run('seed=4');
  const archive = await world.ended('r1');
  expect(archive.outcome).toMatchObject({ outcome: 'nothing' });
  const { data } = await world.people.owner.rest.repos.getBranch({ owner: 'octo', repo: 'agent', branch: 'main' });
  expect(data.commit.sha).toBe(archive.settings.root.sha);
  expect((await world.comments(issue)).at(-1)).toContain('no variant passed the gate');
  await expectConsistent(world, 'r1', archive);
  // Every loser is closed with its reason; with `branches: delete` only the root's branch is left.
  const at = { owner: 'octo', repo: 'agent' };
  const pulls = (await world.people.owner.rest.pulls.list({ ...at, state: 'all', per_page: 100 })).data;
  expect(pulls.length).toBeGreaterThan(0);
  for (const { state, body } of pulls) {
    expect(state).toBe('closed');
    expect(body).toMatch(/^> Closed: (the run ended and no variant passed the gate|v\d+ did not pass its own check)\./);
  }
  const refs = (await world.people.owner.rest.git.listMatchingRefs({ ...at, ref: 'heads/huxley/' })).data;
  expect(refs.map(({ ref }) => ref)).toEqual(['refs/heads/huxley/r1/v0']);
}
