import { afterAll, beforeAll, expect } from 'vitest';
import { branchOf } from '../../src/run/state/spec.ts';
import { until, World } from '../support/world.ts';
import { attack } from './attack.ts';

const at = { owner: 'octo', repo: 'agent' };
let world: World;
let fork: { owner: string; repo: string };

beforeAll(async () => {
  world = await World.start({
    skill: 0.3,
    luck: 0.7,
    tasks: 16,
    seconds: 1,
    configuration:
      'benchmark: { suite: tasks, holdout: 0.5 }\nsearch: { policy: hgm, budget: 300, concurrency: 1, batch: 2 }\nlimits: { costUSD: null }\n',
  });
  await world.startApp();
  await world.run('seed=1');
  await until(async () => ((await world.archive('r1'))?.search.variants[1]?.state === 'live' ? true : undefined), 'v1');
  await until(async () => (await own())[0], 'the pull request of v1');
  const { data } = await world.people.stranger.rest.repos.createFork(at);
  fork = { owner: data.owner.login, repo: data.name };
}, 240_000);
afterAll(() => world?.[Symbol.asyncDispose]());

async function own() {
  return (await world.forge()).pulls(branchOf('r1', 'v1'));
}

/** What the journal says people did to variants, after the App has looked twice. */
async function verdicts() {
  await new Promise((resolve) => setTimeout(resolve, 8_000));
  return (await world.entries('r1')).flatMap(({ event }) =>
    event.type === 'variant.pruned' || event.type === 'variant.restored' ? [`${event.type} ${event.variant}`] : [],
  );
}

attack(
  {
    number: 304,
    family: 'forge',
    name: 'a stranger closes, reopens, labels and reviews a pull request from a fork’s branch named as a variant’s',
    answer: 'prevented',
    defence: 'only the App’s own pull request, from this repository and by its recorded number, says anything',
  },
  async () => {
    const { stranger, owner } = world.people;
    const { data: main } = await stranger.rest.git.getRef({ ...fork, ref: 'heads/main' });
    const branch = branchOf('r1', 'v1');
    await stranger.rest.git.deleteRef({ ...fork, ref: `heads/${branch}` }).catch(() => undefined);
    await stranger.rest.git.createRef({ ...fork, ref: `refs/heads/${branch}`, sha: main.object.sha });
    const content = Buffer.from('mine').toString('base64');
    await stranger.rest.repos.createOrUpdateFileContents({ ...fork, path: 'x', message: 'x', content, branch });
    const { data: pull } = await stranger.rest.pulls.create({
      ...at,
      head: `stranger:${branch}`,
      base: 'main',
      title: 'x',
    });
    expect(pull.head.repo?.full_name).toBe('stranger/agent');
    const touch = { ...at, pull_number: pull.number };
    await owner.rest.issues.addLabels({ ...at, issue_number: pull.number, labels: ['bug'] });
    await stranger.rest.pulls.createReview({ ...touch, event: 'COMMENT', body: '/huxley prune v1' });
    for (const state of ['closed', 'open', 'closed'] as const) await stranger.rest.pulls.update({ ...touch, state });
    expect(await verdicts()).toEqual([]);
    expect((await own()).map(({ number }) => number)).not.toContain(pull.number);
    expect((await world.archive('r1'))!.search.variants[1]!.active).toBe(true);
    return `#${pull.number} of stranger/agent was closed twice; v1 is in the search`;
  },
);

attack(
  {
    number: 305,
    family: 'forge',
    name: 'a maintainer merges the fork’s pull request that is named as a variant’s',
    answer: 'prevented',
    defence: 'only the App’s own pull request, from this repository and by its recorded number, says anything',
  },
  async () => {
    const { stranger, owner } = world.people;
    const branch = branchOf('r1', 'v1');
    const { data: pull } = await stranger.rest.pulls.create({
      ...at,
      head: `stranger:${branch}`,
      base: 'main',
      title: 'y',
    });
    const merged = await until(async () => {
      const answer = await owner.rest.pulls.merge({ ...at, pull_number: pull.number }).catch(() => undefined);
      return answer?.data.merged ? answer : undefined;
    }, 'the merge');
    expect(merged.data.merged).toBe(true);
    expect(await verdicts()).toEqual([]);
    expect((await world.archive('r1'))!.promoted).toBeNull();
    return `#${pull.number} was merged; v1 was neither pruned nor promoted`;
  },
);

attack(
  {
    number: 306,
    family: 'forge',
    name: 'a collaborator opens and closes a second pull request from a variant’s own branch',
    answer: 'prevented',
    defence: 'only the App’s own pull request, from this repository and by its recorded number, says anything',
  },
  async () => {
    const { owner } = world.people;
    const { data: pull } = await owner.rest.pulls.create({
      ...at,
      head: branchOf('r1', 'v1'),
      base: 'main',
      title: 'z',
    });
    await owner.rest.pulls.update({ ...at, pull_number: pull.number, state: 'closed' });
    expect(await verdicts()).toEqual([]);
    const refused = await world.reply(pull.number, await world.comment(pull.number, '/huxley stop'));
    expect(refused).toContain('There is no run here');
    return `#${pull.number} was closed and gave no command; v1 is in the search`;
  },
);

attack(
  {
    number: 307,
    family: 'forge',
    name: 'the journal is lost, and a fork’s pull request waits to be taken for the variant’s',
    answer: 'prevented',
    defence: 'recovery finds pull requests by author, repository and branch',
  },
  async () => {
    const { number } = (await own())[0]!;
    const forge = await world.forge();
    expect(await forge.findPull(branchOf('r1', 'v1'))).toMatchObject({ number, own: true });
    // The App's own being closed is still a person's word.
    await world.people.owner.rest.pulls.update({ ...at, pull_number: number, state: 'closed' });
    await until(async () => ((await verdicts()).includes('variant.pruned v1') ? true : undefined), 'the pruning');
    return `#${number} is the only one found, and closing it prunes v1`;
  },
);
