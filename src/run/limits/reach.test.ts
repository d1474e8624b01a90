import { pino } from 'pino';
import { expect, test } from 'vitest';
import { keepRun, startedRun } from '../../../test/support/kept-run.ts';
import { servicesOn, storeForTest } from '../../../test/support/services.ts';
import { outOfReach } from '../../github/refusal.ts';
import type { RunKey } from '../../store/journal.ts';
import type { Store } from '../../store/store.ts';
import { Schedules } from '../begin/schedules.ts';
import { withinAccount } from '../begin/within-account.ts';
import { Comments } from '../inbox/comments.ts';
import { MissedComments } from '../inbox/missed-comments.ts';
import { Names } from '../inbox/names.ts';
import { Controller, type ControllerServices } from '../loop/controller.ts';
import type { PreparedRun } from '../start/start-run.ts';
import { systemClock } from '../state/clock.ts';
import type { OpenRun } from '../state/open-run.ts';
import { RunDocuments } from '../state/run-documents.ts';
import { mustHaveRoom } from './account.ts';
import { goingOn } from './going-on.ts';
import { spentByAccount } from './month.ts';
import { noteReach } from './reach.ts';
import { withRoom } from './room.ts';

const gone = { repository: 'octo/gone', run: 'r1' };
const here = { repository: 'octo/agent', run: 'r2' };

/** A second run of an account that may have one at once, and one job; whether it may start, and send a job. */
async function hasRoom(services: ControllerServices): Promise<[start: boolean, send: boolean]> {
  const { store } = services;
  const limits = { jobs: 1, runs: 1, monthlyUSD: null };
  const prepared = { started: startedRun(here.run) } as PreparedRun;
  const start = await withinAccount(
    { ...services, limits: { default: limits, accounts: {} } },
    new Controller(services),
    here.repository,
    prepared,
  ).then(
    () => true,
    (error) => {
      expect(error).toMatchObject({ code: 'limit.runs' });
      return false;
    },
  );
  const run = { ...services, key: here, limits, documents: new RunDocuments(store, here) } as unknown as OpenRun;
  return [start, await withRoom(run, 'job/r2-d0', async () => {})];
}

/** A run of a repository with a job at work, as the record says. */
async function atWork(store: Store, key: RunKey, record: unknown = { state: 'running' }): Promise<void> {
  await keepRun(store, key);
  await store.writeDocument(key, `job/${key.run}-d0`, record);
}

test('a run whose repository is gone takes up its account’s room for two days, and again once it is back', async () => {
  const store = await storeForTest();
  await atWork(store, gone);
  let [now, answer] = [Date.parse('2026-12-01T12:00:00Z'), new Error('hang-up')];
  const logged: string[] = [];
  const services: ControllerServices = {
    ...servicesOn(store, async (name) => ({
      facts: async () => {
        if (answer) throw answer;
        return { id: 1, name } as never;
      },
    })),
    clock: { ...systemClock, now: () => new Date(now) },
    log: pino({ level: 'error' }, { write: (line) => void logged.push(JSON.parse(line).msg) }),
  };
  const names = new Names(services, new Controller(services));
  const afterHours = async (hours: number) => {
    now += hours * 3_600_000;
    await names.find([gone.repository]);
    return hasRoom(services);
  };
  // Nobody answered: that says nothing of the repository.
  await afterHours(0);
  expect(await afterHours(100)).toEqual([false, false]);
  answer = outOfReach(gone.repository);
  expect(await afterHours(0)).toEqual([false, false]);
  expect(await afterHours(47)).toEqual([false, false]);
  expect(await afterHours(1)).toEqual([true, true]);
  expect(logged.at(-1)).toContain('no longer count');
  answer = undefined as never;
  expect(await afterHours(0)).toEqual([false, false]);
});

test('a repository that can be swept is in reach', async () => {
  const store = await storeForTest();
  await atWork(store, gone);
  const none = async () => [];
  const on = servicesOn(store, async () => ({ commentsSince: none, labelled: none }));
  const forges = { ...on.forges, repositories: async () => [{ id: 1, name: gone.repository }] };
  const services = { ...on, forges };
  await noteReach(services, gone.repository, false);
  await store.writeDocument({ ...gone, run: '-' }, 'comments-since', new Date().toISOString());
  const controller = new Controller(services);
  const [comments, names] = [new Comments(services, controller), new Names(services, controller)];
  await new MissedComments(services, controller, comments, names, new Schedules(services, controller)).sweep();
  expect(await store.readDocument({ ...gone, run: '-' }, 'out-of-reach')).toBeUndefined();
});

test('a paused run, or one whose job waits for days, takes up room as long as its repository is there', async () => {
  const store = await storeForTest();
  await atWork(store, gone);
  const services = servicesOn(store, async () => ({}));
  const later = { ...systemClock, now: () => new Date('2027-06-01T00:00:00Z') };
  expect(await hasRoom({ ...services, clock: later })).toEqual([false, false]);
});

test('a damaged journal, or record, counts and refuses no other run of the account', async () => {
  const store = await storeForTest();
  await atWork(store, gone, { state: 7 });
  const damaged = { event: 'x' } as never;
  const entries = (await store.read(gone)).map((entry) => ({ ...entry, event: { ...startedRun('r1', 5) } }));
  const key = { ...gone, run: 'r3' };
  await store.restore(key, [entries[0]!, { ...entries[0]!, seq: 2, event: damaged }]);
  const services = servicesOn(store, async () => ({}));
  expect(await goingOn(services, [key])).toEqual([{ ...key, damaged: true }]);
  await expect(mustHaveRoom(services, gone, 1, async () => [key])).rejects.toMatchObject({
    remedy: expect.stringContaining('The journal of r3 of octo/'),
  });
  expect(await hasRoom(services)).toEqual([false, false]);
  const month = new Date(entries[0]!.at);
  expect(await spentByAccount(month, store, 'octo')).toBe(5);
});
