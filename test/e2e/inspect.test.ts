import { execFile } from 'node:child_process';
import { hostname } from 'node:os';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { inspectRun } from '../../src/run/inspect.ts';
import type { Store } from '../../src/store/store.ts';
import { until, World } from '../support/world.ts';

const key = { repository: 'octo/agent', run: 'r1' };
const WORKFLOW = '.github/workflows/huxley.yml';
const later = (seconds: number) => new Date(Date.now() + seconds * 1_000);

test('inspect names what keeps a run: no runner, no workflow, a lost lease, a failed delivery, lost jobs', async () => {
  // Nobody takes a job.
  await using world = await World.start({ actions: { slots: 0 }, tasks: 6 });
  await world.startApp();
  const issue = await world.run('seed=1');
  const forge = await world.forge();
  const look = (store: Store, seconds = 0, alive: boolean | null = true) =>
    inspectRun(store, key, { now: later(seconds), forge, isAlive: () => alive });
  const kinds = async (store: Store, seconds = 0, alive: boolean | null = true) =>
    (await look(store, seconds, alive)).causes.flatMap(({ kind }) => (kind === 'attention' ? [] : [kind]));
  // The dashboard links the workflow runs of jobs in flight.
  await until(
    async () =>
      /In flight: \[evaluate v0 on \d tasks?\]\(http:\S+\/octo\/agent\/actions\/runs\/\d+\)/.test(
        await world.dashboard(issue),
      ) || undefined,
    'a job in flight',
  );

  const command = async (...args: string[]) =>
    (
      await promisify(execFile)(process.execPath, ['src/main.ts', 'inspect', 'r1', ...args], {
        env: { PATH: process.env.PATH, HUXLEY_HOME: world.folder },
      })
    ).stdout;
  const text = await command();
  expect(text).toMatch(/^octo\/agent r1: running, \d+ journal entries, the last at /);
  expect(text).toContain('GitHub: not asked: APP_ID is not set here, as it is for the App');
  expect(text).toMatch(/r1-d0: measure v0 on \d search tasks?; running, attempt 1/);
  expect(text).toContain('No problems found.');
  expect(JSON.parse(await command('--json', '--repository', key.repository))).toMatchObject({ status: 'running' });

  await world.stopApp();
  await world.withStore(async (store) => {
    expect(await kinds(store)).toEqual([]);
    const stuck = await look(store, 600);
    expect(stuck.causes[0]).toMatchObject({ kind: 'no runner', text: expect.stringMatching(/for 10 minutes: http/) });
    expect(stuck.jobs[0]).toMatchObject({ onGitHub: 'queued', next: 'wait until its workflow run is completed' });

    await world.put(WORKFLOW, null);
    expect(await kinds(store)).toEqual(['workflow gone']);
    await world.put(WORKFLOW, 'name: Huxley\n');
    expect(await kinds(store)).toEqual([]);

    const lease = `run ${key.repository} ${key.run}`;
    const holder = `${hostname()}/4194305/x`;
    await store.lease(lease, holder, 60);
    expect(await kinds(store, 0, true)).toEqual([]);
    expect(await kinds(store, 0, null)).toEqual([]);
    expect((await look(store, 0, false)).causes).toMatchObject([
      { kind: 'lost lease', text: expect.stringContaining('that process is gone') },
    ]);
    await store.lease(lease, holder, -30);
    expect((await look(store)).causes).toMatchObject([
      { kind: 'lost lease', text: expect.stringContaining('ran out 30 seconds ago') },
    ]);
    await store.release(lease, holder);

    const payload = { repository: { full_name: key.repository } };
    for (const [id, full_name] of [
      ['d-1', key.repository],
      ['d-2', 'octo/other'],
    ] as const) {
      await store.receive({ id, event: 'issue_comment', payload: { repository: { full_name } } }, 'octo');
      await store.claim({ limit: 10, perOrigin: 10, except: [] }, 60);
      await store.finish(id, 'GitHub answered 500');
    }
    await store.receive({ id: 'd-3', event: 'push', payload }, 'octo');
    expect((await look(store)).causes).toMatchObject([
      {
        kind: 'failed delivery',
        text: expect.stringMatching(/d-1 .* was given up after 1 attempt: GitHub answered 500/),
      },
    ]);
  });
});

test('inspect says why jobs were lost, what is damaged, and what comes next', async () => {
  await using world = await World.start({ trouble: 1, tasks: 6, options: { backoffSeconds: [], pauseAfterLost: 2 } });
  await world.startApp();
  await world.run('seed=1');
  await until(async () => ((await world.archive('r1'))?.status === 'paused' ? true : undefined), 'the run to pause');
  await world.stopApp();
  await world.withStore(async (store) => {
    const look = () => inspectRun(store, key, { now: new Date(), forge: 'not asked', isAlive: () => null });
    const found = await look();
    expect(found.causes[0]).toMatchObject({
      kind: 'lost jobs',
      text: expect.stringMatching(/^\d+ jobs in a row gave no result: .+/),
      remedy: 'Fix what it names, then comment `/huxley resume`.',
    });
    expect(found.next.at(-1)).toBe('nothing new until `/huxley resume`');
    expect(found.documents.every(({ state }) => state === 'ok')).toBe(true);
    await store.writeDocument(key, 'published', 'many');
    await store.writeDocument(key, 'whatever', 1);
    const damaged = await look();
    expect(damaged.causes[0]).toMatchObject({ kind: 'damaged document', text: 'Document published cannot be read.' });
    expect(damaged.documents).toContainEqual({ name: 'whatever', state: 'unknown' });
  });
});
