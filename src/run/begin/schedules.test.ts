import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import type { Forge } from '../../github/forge.ts';
import { asRefusal } from '../../github/refusal.ts';
import { HuxleyError } from '../../model/error.ts';
import { secretSigner } from '../../order/signer.ts';
import { openSqlite } from '../../store/sqlite.ts';
import { Controller } from '../loop/controller.ts';
import { systemClock } from '../state/clock.ts';
import { NO_RUN, REPOSITORY_DOCUMENTS } from '../state/documents.ts';
import { DEFAULT_OPTIONS } from '../state/options.ts';
import { RunDocuments } from '../state/run-documents.ts';
import { Schedules } from './schedules.ts';

const CONFIGURATION = `version: 1
agent: { solve: node agent.ts }
benchmark: { suite: tasks }
schedule: { cron: "0 3 * * *" }
`;

const refusal = (status: number, message: string, url: string) => {
  const why = { status, response: { data: { message } } };
  return asRefusal(Object.assign(new Error(message), why), { method: 'POST', url });
};

/** Schedules of a repository on a GitHub that does this, at noon of a day that `pass` ends; its configuration asks for a run each night. */
async function nightly(known: Partial<Forge>) {
  const folder = mkdtempSync(join(tmpdir(), 'huxley-schedules-'));
  const store = await openSqlite(join(folder, 'journal.sqlite'));
  const own = {
    ...{ repository: 'octo/agent', appId: 1, appLogin: 'huxley[bot]', shared: false, frugal: false },
    facts: async () => ({ id: 1, name: 'octo/agent', defaultBranch: 'main' }),
    readFile: async (path: string) => (path === '.github/huxley.yml' ? CONFIGURATION : null),
    ...known,
  };
  const forge = new Proxy(own as unknown as Forge, {
    get: (its, name) => {
      if (name === 'then') return undefined;
      const not = () => Promise.reject(new HuxleyError('test.not', 'It may not start.', 'Let it.'));
      return name in its ? its[name as keyof Forge] : not;
    },
  });
  let now = new Date('2026-11-03T12:00:00Z');
  const services = {
    store,
    forges: { repositories: async () => [], forge: async () => forge, giveWay: () => {}, redeliver: async () => 0 },
    clock: { ...systemClock, now: () => now },
    options: DEFAULT_OPTIONS,
    log: pino({ level: 'silent' }),
    signer: secretSigner('x'.repeat(43)),
  };
  const documents = new RunDocuments(store, { repository: 'octo/agent', run: NO_RUN });
  return {
    schedules: new Schedules(services, new Controller(services)),
    state: () => documents.read(REPOSITORY_DOCUMENTS.schedule),
    pass: () => {
      now = new Date(now.getTime() + 24 * 3_600_000);
    },
    async [Symbol.asyncDispose]() {
      await store[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true });
    },
  };
}

test.each([
  [403, 'Unable to create comment because issue is locked.'],
  [404, 'Not Found'],
  [410, 'This issue was deleted'],
])('an issue that takes no comment (%s: %s) keeps no later time from starting a run', async (status, message) => {
  const refused = refusal(status, message, '/issues/1/comments');
  let issues = 0;
  await using night = await nightly({
    openIssue: async () => ++issues,
    ownIssues: async () =>
      Array.from({ length: issues }, (_, n) => ({ number: n + 1, body: '', open: true })) as Awaited<
        ReturnType<Forge['ownIssues']>
      >,
    comment: () => Promise.reject(refused),
    comments: () => Promise.reject(refused),
  });
  for (const opened of [0, 1, 2]) {
    await night.schedules.tend('octo/agent');
    expect(issues).toBe(opened);
    const state = await night.state();
    expect([state?.starting, state?.refused]).toEqual([undefined, undefined]);
    night.pass();
  }
});

test.each([
  [403, 'Repository was archived so is read-only.', true],
  [410, 'Issues are disabled for this repo', true],
  [403, 'Resource not accessible by integration', false],
])(
  'where no issue can be opened (%s: %s) only what may pass is tried again before the next time',
  async (status, message, lasts) => {
    let asked = 0;
    await using night = await nightly({
      openIssue: () => {
        asked++;
        return Promise.reject(refusal(status, message, '/issues'));
      },
      ownIssues: async () => [],
    });
    await night.schedules.tend('octo/agent');
    for (const day of [1, 2]) {
      night.pass();
      for (const _ of [1, 2])
        if (lasts) await night.schedules.tend('octo/agent');
        else await expect(night.schedules.tend('octo/agent')).rejects.toMatchObject({ status });
      expect(asked).toBe(lasts ? day : 2 * day);
      expect((await night.state())?.starting === undefined).toBe(lasts);
    }
  },
);
