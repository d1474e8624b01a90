import { expect, test } from 'vitest';
import { keepRun } from '../../../test/support/kept-run.ts';
import { servicesOn, storeForTest } from '../../../test/support/services.ts';
import { Controller } from '../loop/controller.ts';
import { Comments } from './comments.ts';

const key = { repository: 'octo/agent', run: 'r1' };

test('a command that was carried out while it waited for its turn is answered as it was then', async () => {
  const store = await storeForTest();
  await keepRun(store, key);
  const said: string[] = [];
  const services = servicesOn(store, async () => ({
    permission: async () => 'write',
    react: async () => {},
    comments: async () => [],
    comment: async (_, text) => said.push(text),
  }));
  const controller = new Controller(services);
  const turn = controller.with.bind(controller);
  controller.with = async (of, work) => {
    await store.writeDocument({ ...key, run: '-' }, 'reply/9', 'Paused before.');
    return turn(of, work);
  };
  await new Comments(services, controller).handle(key.repository, {
    ...{ id: 9, issue: 1, body: '/huxley pause', author: 'ada', byBot: false, appId: null, edited: false },
    createdAt: '2026-11-30T12:00:00Z',
  });
  await controller.close();
  expect(said[0]).toContain('Paused before.');
  expect((await store.read(key)).map(({ event }) => event.type)).not.toContain('run.paused');
});
