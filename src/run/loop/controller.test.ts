import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { keepRun } from '../../../test/support/kept-run.ts';
import type { Forge } from '../../github/forge.ts';
import { PutOff } from '../../github/pace.ts';
import { HuxleyError } from '../../model/error.ts';
import type { ArchiveEvent } from '../../model/event.ts';
import { secretSigner } from '../../order/signer.ts';
import { openSqlite } from '../../store/sqlite.ts';
import type { Store } from '../../store/store.ts';
import { systemClock } from '../state/clock.ts';
import { DEFAULT_OPTIONS } from '../state/options.ts';
import { Controller, type ControllerServices } from './controller.ts';

let folder: string;
let store: Store;
const controllers: Controller[] = [];
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'huxley-controller-'));
  store = await openSqlite(join(folder, 'journal.sqlite'));
});
afterEach(async () => {
  for (const controller of controllers.splice(0)) await controller.close();
  await store[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

/** A controller whose GitHub refuses everything: turns fail, what is done before them does not. */
function start(services: Partial<ControllerServices> = {}): Controller {
  const forge = (repository: string): Forge =>
    new Proxy({ repository, shared: false, frugal: false } as Forge, {
      get: (known, name) => {
        if (name === 'then') return undefined;
        return name in known ? known[name as keyof Forge] : () => Promise.reject(new Error('no GitHub here'));
      },
    });
  const controller = new Controller({
    store,
    forges: {
      repositories: async () => [],
      forge: async (repository) => forge(repository),
      giveWay: () => {},
      redeliver: async () => 0,
    },
    clock: systemClock,
    options: DEFAULT_OPTIONS,
    log: pino({ level: 'silent' }),
    signer: secretSigner('x'.repeat(43)),
    ...services,
  });
  controllers.push(controller);
  return controller;
}

const key = (name: string) => ({ repository: `octo/${name}`, run: 'r1' });

test('a repository renamed while a run turns: under either name, here and elsewhere, one turn at a time', async () => {
  await store.identify(1, 'octo/agent');
  await keepRun(store, key('agent'));
  const [here, elsewhere] = [start(), start()];
  let [inside, most] = [0, 0];
  const gate = Promise.withResolvers<void>();
  const entered = Promise.withResolvers<void>();
  const visit = async (until?: Promise<void>) => {
    most = Math.max(most, ++inside);
    entered.resolve();
    await until;
    inside--;
  };
  const first = here.with(key('agent'), () => visit(gate.promise));
  await entered.promise;
  await store.identify(1, 'octo/between');
  await store.identify(1, 'octo/champion');
  here.moved('octo/agent');
  const others = [here.with(key('champion'), () => visit()), elsewhere.with(key('champion'), () => visit())];
  // It has not heard of the last name.
  const late = elsewhere.with(key('between'), async (run) => {
    await visit();
    return run.key.repository;
  });
  await new Promise((resolve) => setTimeout(resolve, 300));
  gate.resolve();
  await Promise.all([first, ...others]);
  expect(await late).toBe('octo/champion');
  expect(most).toBe(1);
}, 20_000);

test('a turn that waits for GitHub’s limit gives way to a command in another process', async () => {
  await keepRun(store, key('agent'));
  const waiting = Promise.withResolvers<void>();
  const gave = Promise.withResolvers<void>();
  let first = true;
  const write = async () => {
    if (!first) throw new Error('no GitHub here');
    first = false;
    waiting.resolve();
    await gave.promise;
    throw new PutOff('It gave way.');
  };
  const here = start({
    forges: {
      repositories: async () => [],
      forge: async (repository) =>
        new Proxy({ repository, shared: false, frugal: false } as Forge, {
          get: (known, name) => (name === 'then' ? undefined : name in known ? known[name as keyof Forge] : write),
        }),
      giveWay: () => gave.resolve(),
      redeliver: async () => 0,
    },
  });
  here.wake(key('agent'), { all: true });
  await waiting.promise;
  expect(await start().with(key('agent'), async (run) => run.key.run)).toBe('r1');
}, 15_000);

test('a winner that waits is looked at by the first sweep and then once an hour, a run that goes on by each', async () => {
  await keepRun(store, key('waits'));
  await store.writeDocument(key('waits'), 'wound-up', true);
  await store.writeDocument(key('waits'), 'release', 'awaiting');
  await keepRun(store, key('goes-on'));
  let now = 0;
  const opened: string[] = [];
  const controller = start({
    clock: { ...systemClock, monotonic: () => now },
    forges: {
      repositories: async () => [],
      forge: async (repository) => {
        opened.push(repository);
        throw new Error('no GitHub here');
      },
      giveWay: () => {},
      redeliver: async () => 0,
    },
  });
  const looksAt = async () => {
    opened.length = 0;
    await controller.sweep();
    await controller.idle();
    return opened.toSorted();
  };
  expect(await looksAt()).toEqual(['octo/goes-on', 'octo/waits']);
  expect(new Set(await looksAt())).toEqual(new Set(['octo/goes-on']));
  now += 3_600_000;
  expect(new Set(await looksAt())).toEqual(new Set(['octo/goes-on', 'octo/waits']));
});

test('a release that is refused is tried again with the next sweep; a winner that waits is left alone', async () => {
  await keepRun(store, key('waits'));
  const ended: ArchiveEvent = { type: 'run.ended', outcome: 'offered', shipped: 'v0', reason: 'It is better.' };
  await store.append(key('waits'), 1, [ended]);
  const kept = { 'wound-up': true, release: 'awaiting', published: 2, 'pull/v0': { done: 3 } };
  for (const [name, value] of Object.entries(kept)) await store.writeDocument(key('waits'), name, value);
  const refuse = () => Promise.reject(new HuxleyError('github.rules', 'GitHub refused to move a branch.', 'Allow it.'));
  let release = refuse as () => Promise<unknown>;
  const known = {
    repository: 'octo/waits',
    shared: false,
    frugal: false,
    pull: () => release(),
    reviews: async () => [],
  };
  const forge = new Proxy(known as unknown as Forge, {
    get: (its, name) => (name === 'then' ? undefined : name in its ? its[name as keyof Forge] : refuse),
  });
  const forges = {
    repositories: async () => [],
    forge: async () => forge,
    giveWay: () => {},
    redeliver: async () => 0,
  };
  const turn = async () => {
    const controller = start({ forges });
    controller.wake(key('waits'));
    await controller.idle();
    return controller.dueIn;
  };
  expect(await turn()).toBeCloseTo(DEFAULT_OPTIONS.sweepSeconds, -1);
  release = async () => ({ open: true, headSha: '0'.repeat(40) });
  expect(await turn()).toBeNull();
});
