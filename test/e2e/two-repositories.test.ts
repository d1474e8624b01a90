import { expect, test } from 'vitest';
import { World } from '../support/world.ts';

test('two runs on two repositories at once keep to themselves', async () => {
  await using world = await World.start({
    repositories: ['agent', 'other'],
    luck: 0.8,
    tasks: 12,
    configuration:
      'benchmark: { suite: tasks, holdout: 0.5 }\nsearch: { policy: hgm, budget: 8, concurrency: 2, batch: 3 }\n',
  });
  await world.startApp();
  const seeds = { agent: 1, other: 2 };
  for (const [name, seed] of Object.entries(seeds)) await world.run(`seed=${seed}`, name);
  for (const [name, seed] of Object.entries(seeds)) {
    const archive = await world.ended('r1', `octo/${name}`);
    expect(archive.settings.seed).toBe(seed);
    expect(archive.ignored).toEqual([]);
    const { data } = await world.people.owner.rest.pulls.list({ owner: 'octo', repo: name, state: 'all' });
    const live = archive.search.variants.filter((variant) => variant?.state === 'live' && variant.number > 0);
    for (const variant of live)
      expect(data.some(({ head }) => head.sha === variant!.sha || head.ref.endsWith(variant!.id))).toBe(true);
  }
});
