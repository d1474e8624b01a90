import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import type { Check, Comment, Forge, WrittenCheck } from '../github/forge.ts';
import { markerToString } from '../report/text/marker.ts';
import { authenticForge } from './authentic-forge.ts';

const BOT = 'github-actions[bot]';
const key = randomBytes(32);
const check: Check = {
  name: 'Huxley run r1',
  externalId: 'r1:1-1',
  title: 't',
  summary: 'A summary.\n',
  text: 'Evidence.\n\n```json\n{}\n```',
  conclusion: 'neutral',
};

/** What a repository holds, written by whoever has the name of the controller. */
function fake(id = 41) {
  const comments: Comment[] = [];
  const checks = new Map<string, WrittenCheck[]>();
  const forge = {
    repository: 'octo/agent',
    appId: 15_368,
    appLogin: BOT,
    shared: true,
    frugal: false,
    facts: async () => ({ id, name: 'octo/agent', defaultBranch: 'main' }),
    comment: async (issue: number, body: string) =>
      comments.push({
        id: comments.length,
        issue,
        body,
        author: BOT,
        byBot: true,
        appId: null,
        createdAt: '',
        edited: false,
      }),
    editComment: async (at: number, body: string) => {
      comments[at] = { ...comments[at]!, body };
      return true;
    },
    comments: async () => comments,
    writeCheck: async (sha: string, { name, externalId, summary, text }: Check) => {
      const all = checks.get(sha) ?? [];
      checks.set(sha, [...all, { id: all.length, name, externalId, summary, text }]);
      return all.length;
    },
    checks: async (sha: string) => checks.get(sha) ?? [],
  } as unknown as Forge;
  return { forge, comments, checks };
}

test('a check run is its own with everything it says and where it stands, and not otherwise', async () => {
  const { forge, checks } = fake();
  const own = authenticForge(forge, key);
  await own.writeCheck('a'.repeat(40), check);
  const [written] = checks.get('a'.repeat(40))!;
  expect(await own.checks('a'.repeat(40))).toMatchObject([{ externalId: 'r1:1-1', text: check.text }]);
  const held = async (sha: string, change: Partial<WrittenCheck>) => {
    checks.set(sha, [{ ...written!, ...change }]);
    return (await own.checks(sha)).length;
  };
  // As GitHub may give it back.
  expect(
    await held('a'.repeat(40), { summary: 'A summary.', text: `${written!.text.replaceAll('\n', '\r\n')}\r\n` }),
  ).toBe(1);
  expect(await held('b'.repeat(40), {})).toBe(0);
  for (const change of [
    { name: 'Huxley run r2' },
    { externalId: 'r1:1-2' },
    { summary: 'Another.' },
    { text: written!.text.replace('{}', '{"a":1}') },
    { text: check.text },
    { text: `${written!.text}\n\nAuthenticated by HUXLEY_KEY, version 1: \`${'A'.repeat(43)}\`` },
  ])
    expect(await held('a'.repeat(40), change), JSON.stringify(change)).toBe(0);
  for (const other of [authenticForge(forge, randomBytes(32)), authenticForge(fake(42).forge, key)]) {
    await held('a'.repeat(40), {});
    expect(await other.checks('a'.repeat(40))).toEqual([]);
  }
});

test('a comment is its own by the marker it ends with, under its name alone', async () => {
  const { forge, comments } = fake();
  const own = authenticForge(forge, key);
  const reply = (to: string) => `Done.\n\n${markerToString({ kind: 'reply', fields: { to } })}`;
  await own.comment(1, reply('7'));
  await own.comment(1, 'Without a marker.');
  await forge.comment(1, reply('8'));
  await forge.comment(1, comments[0]!.body.replace('to=7', 'to=8'));
  await own.editComment(0, reply('7').replace('Done', 'Changed'));
  expect((await own.comments(1)).map(({ author }) => author)).toEqual([BOT, 'ghost', 'ghost', 'ghost']);
  expect(comments[0]!.body).toMatch(/^Changed\.\n\n<!-- huxley-mac-1 \S+ -->\n<!-- huxley:reply v=1 to=7 -->$/);
});
