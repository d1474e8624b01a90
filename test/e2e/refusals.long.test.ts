import { Writable } from 'node:stream';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Route } from '../../src/local-github/http/route.ts';
import { REFUSALS, type Refusal, wordsOf } from '../support/refusals.ts';
import { until, World } from '../support/world.ts';

const REPO = '/repos/{owner}/{repo}';
const lines: string[] = [];
let world: World;
let issue: number;

beforeAll(async () => {
  const stream = new Writable({
    write(chunk, _, done) {
      lines.push(String(chunk));
      done();
    },
  });
  world = await World.start({
    skill: 0.1,
    luck: 1.6,
    tasks: 24,
    configuration: `benchmark: { suite: tasks, holdout: 0.5 }
search: { policy: hgm, budget: 12, concurrency: 1, batch: 12 }
merge: { mode: auto, branches: delete }
`,
    options: { lookupSeconds: 0.2, refreshSeconds: 0.05, bodySeconds: 0.05 },
    log: pino({ level: 'error' }, stream),
  });
  await world.startApp();
  issue = await world.issue();
});
afterAll(() => world?.[Symbol.asyncDispose]());

const words = {
  [`POST ${REPO}/git/refs`]: 'create a branch',
  [`POST ${REPO}/check-runs`]: 'write a check run',
  [`POST ${REPO}/actions/workflows/{workflow_id}/dispatches`]: 'start the workflow',
  [`POST ${REPO}/git/trees`]: 'store the files of a variant',
  [`POST ${REPO}/git/commits`]: 'create a commit',
  [`POST ${REPO}/pulls`]: 'open a pull request',
  [`PATCH ${REPO}/pulls/{pull_number}`]: 'edit a pull request',
  [`PATCH ${REPO}/git/refs/{ref}`]: 'move a branch',
  'POST /graphql': 'mark a pull request as ready for review',
  [`PUT ${REPO}/pulls/{pull_number}/merge`]: 'merge a pull request',
  [`DELETE ${REPO}/git/refs/{ref}`]: 'delete a branch',
  [`POST ${REPO}/issues/{issue_number}/comments`]: 'write a comment',
  [`PATCH ${REPO}/issues/comments/{comment_id}`]: 'edit a comment',
} as Readonly<Record<Route, string>>;

/** The App is refused these from now on, and nothing else. */
function refuse(...rules: readonly (readonly [Route, Refusal])[]): void {
  world.github.faults.clear();
  for (const [route, { status, message }] of rules)
    world.github.faults.request({ route, fault: { type: 'refuse', status, message }, times: 1e9, who: 'apps' });
}

const said = (route: Route, refusal: Refusal) => `GitHub refused to ${words[route]} ${wordsOf(refusal)}`;
/** Markdown as people read it. */
const read = (body: string) => body.replace(/\\(.)/g, '$1').replaceAll('\u200b', '');
const wake = (run: string) => world.server!.service.controller.wake({ repository: 'octo/agent', run }, { all: true });

async function shown(run: string, text: string): Promise<void> {
  await until(
    async () => {
      wake(run);
      return read(await world.dashboard(issue)).includes(text) ? true : undefined;
    },
    `the dashboard to say: ${text}`,
    90,
  );
}

test.each([`POST ${REPO}/git/refs`, `POST ${REPO}/check-runs`] as Route[])(
  '/huxley run is answered, whichever way GitHub refuses %s',
  async (route) => {
    for (const refusal of REFUSALS) {
      refuse([route, refusal]);
      const id = await world.comment(issue, '/huxley run');
      const reply = await world.reply(issue, id);
      expect(read(reply)).toContain(`was not carried out: ${said(route, refusal)}`);
      expect(reply.split('\n\n')[1]).toMatch(/^[A-Z`].{20,}\.$/s);
    }
    const replies = (await world.comments(issue)).filter((body) => body.includes('huxley:reply'));
    expect(new Set(replies.map((body) => /to=(\d+)/.exec(body)![1])).size).toBe(replies.length);
    refuse();
  },
);

test('a reaction that is refused keeps no reply from coming', async () => {
  for (const refusal of REFUSALS.slice(0, 8)) {
    refuse([`POST ${REPO}/issues/comments/{comment_id}/reactions`, refusal]);
    expect(await world.reply(issue, await world.comment(issue, '/huxley help'))).toContain('/huxley prune vN');
  }
  refuse();
});

test('a permission that cannot be asked for is answered, too', async () => {
  const route: Route = `GET ${REPO}/collaborators/{username}/permission`;
  for (const refusal of REFUSALS.filter(({ status }) => status !== 404 && status !== 410)) {
    refuse([route, refusal]);
    expect(read(await world.reply(issue, await world.comment(issue, '/huxley status')))).toMatch(
      /^`\/huxley [a-z=1]+(?: [a-z0-9=]+)*` was not carried out: GitHub refused to show .*\/permission \(4/,
    );
  }
  refuse();
});

test('where nothing can be written, the log says what was refused, with the delivery', async () => {
  const route: Route = `POST ${REPO}/issues/{issue_number}/comments`;
  for (const refusal of REFUSALS) {
    refuse([route, refusal]);
    const before = lines.length;
    await world.comment(issue, '/huxley help');
    const line = await until(
      async () => lines.slice(before).find((text) => text.includes('delivery failed')),
      'an error in the log',
    );
    const entry = JSON.parse(line);
    expect(entry.level).toBe(50);
    expect(entry.delivery).toMatch(/^[0-9a-f-]{36}$/);
    expect(entry.err.message).toContain(`GitHub refused to ${words[route]} (${refusal.status}`);
  }
  refuse();
});

/** Where a run writes, in the order it comes there, and which refusals mean something else there. */
const SITES: readonly (readonly [Route, ((refusal: Refusal) => boolean)?])[] = [
  [`POST ${REPO}/actions/workflows/{workflow_id}/dispatches`],
  [`POST ${REPO}/git/trees`, ({ code }) => code === 'secret' || code === 'too-large'],
  [`POST ${REPO}/git/commits`, ({ code }) => code === 'secret' || code === 'too-large'],
  [`POST ${REPO}/git/refs`, ({ code }) => code === 'secret' || code === 'too-large'],
  [`POST ${REPO}/pulls`],
  [`PATCH ${REPO}/pulls/{pull_number}`],
  [`PATCH ${REPO}/git/refs/{ref}`],
  ['POST /graphql'],
  // 405 and 429 are tried six times, 409 is a head that moved and ends the run.
  [`PUT ${REPO}/pulls/{pull_number}/merge`, ({ status }) => [405, 409, 429].includes(status)],
];

test('whatever a run is refused stands on its dashboard with a remedy, and the run goes on once it is fixed', {
  timeout: 900_000,
}, async () => {
  refuse([SITES[0]![0], REFUSALS[0]!]);
  const started = await world.reply(issue, await world.comment(issue, '/huxley run seed=1'));
  const run = /Run \*\*(\S+)\*\* has started/.exec(started)![1]!;
  for (const [i, [route, means]] of SITES.entries()) {
    const next = SITES[i + 1];
    const ahead = next ? [[next[0], REFUSALS[0]!] as const] : [];
    // A third at each, so that each refusal is met at three; test/contract/refusals.test.ts has them all at all.
    for (const refusal of REFUSALS.filter((_, k) => k % 3 === i % 3)) {
      if (means?.(refusal)) continue;
      refuse([route, refusal], ...ahead);
      await shown(run, said(route, refusal));
    }
    refuse(...ahead);
  }
  refuse();
  const archive = await world.ended(run);
  expect(archive.outcome?.outcome).toBe('merged');
  expect(read(await world.dashboard(issue))).not.toContain('GitHub refused');
});
