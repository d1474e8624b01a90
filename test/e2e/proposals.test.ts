import { expect, test } from 'vitest';
import type { IssuedOrder } from '../../src/contract/contract.ts';
import { expectConsistent } from '../support/consistency.ts';
import { World } from '../support/world.ts';

const at = { owner: 'octo', repo: 'agent' };

test('orders carry what was proposed before, a child with the code of another is joined to it, and a failed one is titled by its idea', async () => {
  const orders: string[] = [];
  await using world = await World.start({
    skill: 0.5,
    tasks: 20,
    cost: 0.1,
    // Every child of a parent is the same.
    child: { cost: 0.5 },
    configuration: `benchmark: { suite: tasks, holdout: 0.5 }
search: { policy: hgm, budget: 40, concurrency: 1, batch: 5 }
pullRequests: all
`,
    observe({ method, route, requestBody }) {
      if (method !== 'POST' || route === null || !route.endsWith('/dispatches')) return;
      orders.push((requestBody as { inputs: { order: string } }).inputs.order);
    },
  });
  await world.startApp();
  const issue = await world.issue();
  await world.reply(issue, await world.comment(issue, '/huxley run seed=1'));
  const ended = await world.ended('r1');
  await expectConsistent(world, 'r1', ended);
  const { variants } = ended.search;
  const { heldOut } = ended.settings;

  const issued = orders.map((input) => JSON.parse(JSON.parse(input).order) as IssuedOrder);
  const expansions = issued.flatMap((order) => (order.kind === 'expand' ? [order] : []));
  expect(expansions[0]!.proposed).toBeUndefined();
  expect(expansions.at(-1)!.proposed!.map(({ title }) => title)).toContain('Sets the skill to 0.50');
  for (const input of orders) expect(input.length).toBeLessThan(65_535);
  for (const { proposed } of expansions)
    for (const task of heldOut) expect(JSON.stringify(proposed ?? [])).not.toContain(task);
  const keys = variants
    .slice(1)
    .map((variant) => `${variant!.parent} ${variant!.operator} ${variant!.birth!.tasks.toSorted()}`);
  expect(new Set(keys).size).toBe(keys.length);

  const { pulls } = world.people.owner.rest;
  const pullsOf = async (id: string) => (await pulls.list({ ...at, state: 'all', head: `octo:huxley/r1/${id}` })).data;
  const twins = variants.filter((variant) => variant?.failure?.twin);
  expect(twins.length).toBeGreaterThan(0);
  for (const { id, failure, proposed } of twins.map((twin) => twin!)) {
    expect(variants.find((variant) => variant?.id === failure!.twin)!.state).toBe('live');
    expect(proposed!.title).toBe('Sets the skill to 0.50');
    expect(await pullsOf(id)).toEqual([]);
    expect(world.git(['branch', '--list', `huxley/r1/${id}`])).toBe('');
  }
  const dashboard = await world.dashboard(issue);
  expect(dashboard).toContain(`Sets the skill to 0.50: its code is identical to that of ${twins[0]!.failure!.twin}`);

  const broken = variants.filter((variant) => variant?.failure?.stage === 'check');
  expect(broken.length).toBeGreaterThan(0);
  for (const { id } of broken.map((variant) => variant!)) {
    const [pull] = await pullsOf(id);
    expect(pull).toMatchObject({ state: 'closed', title: `${id}: Sets the skill to 0.50` });
    expect(pull!.body).toContain('the simulated check failed');
  }
});
