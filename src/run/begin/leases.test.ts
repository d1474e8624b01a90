import { expect, test } from 'vitest';
import { servicesOn, storeForTest } from '../../../test/support/services.ts';
import type { Forge } from '../../github/forge.ts';
import { Controller, type ControllerServices } from '../loop/controller.ts';
import { answerOnce } from './answer.ts';
import { beginUnasked } from './begin.ts';
import { Schedules } from './schedules.ts';

const CONFIGURATION = `version: 1
agent: { solve: node agent.ts }
benchmark: { suite: tasks }
schedule: { cron: 0 3 * * 1 }
`;
const ask = { id: '7', issue: 1, by: 'ada' };

type Act = (services: ControllerServices, controller: Controller, forge: Forge) => Promise<unknown>;
/** What is done once for a repository, by the beginning of its lease. */
const ONCE: readonly (readonly [string, Act])[] = [
  ['comment', (services, _, { repository }) => answerOnce(services, repository, ask, async () => null)],
  ['unasked', (services, controller, forge) => beginUnasked(services, controller, forge, ask, 'cron')],
  ['schedule', (services, controller, { repository }) => new Schedules(services, controller).tend(repository)],
];

test.each(ONCE)('a lease of a repository is the same under its former name: %s', async (what, act) => {
  const store = await storeForTest();
  await store.identify(1, 'octo/agent');
  await store.identify(1, 'octo/champion');
  const taken: string[] = [];
  const lease = store.lease.bind(store);
  store.lease = (name, ...more) => {
    taken.push(name);
    return lease(name, ...more);
  };
  const services = servicesOn(store, async (name) => ({
    facts: async () => ({ id: 1, name, defaultBranch: 'main' }) as Awaited<ReturnType<Forge['facts']>>,
    readFile: async (path) => (path.endsWith('huxley.yml') ? CONFIGURATION : null),
    comments: async () => [],
  }));
  const controller = new Controller(services);
  // What the stand-in cannot answer comes after the lease.
  for (const name of ['octo/agent', 'octo/champion'])
    await act(services, controller, await services.forges.forge(name)).catch(() => undefined);
  expect(new Set(taken.filter((name) => name.startsWith(`${what} `))).size).toBe(1);
});
