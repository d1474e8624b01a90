import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Commit } from '../../benchmark/mine/history/commit.ts';
import { wordsFrom } from './words.ts';

const ANSWERS: Readonly<Record<string, object>> = {
  '/repos/o/r/pulls/12': {
    title: 'Stop the overflow',
    body: 'It recurses. Fixes #7 and closes #8, resolves #7.',
    number: 12,
  },
  '/repos/o/r/issues/7': { title: 'Crash', body: null },
};
const asked: (string | undefined)[] = [];
const server = createServer((request, response) => {
  asked.push(request.headers.authorization);
  const answer = ANSWERS[request.url!];
  response.writeHead(request.url!.includes('/pulls/99') ? 403 : answer ? 200 : 404).end(JSON.stringify(answer ?? {}));
});
beforeAll(() => new Promise<void>((done) => server.listen(0, '127.0.0.1', done)));
afterAll(() => server.close());

const commit = (subject: string, body = ''): Commit => ({
  sha: 'f'.repeat(40),
  parents: ['a'],
  date: '',
  subject,
  body,
});
const from = () =>
  wordsFrom('o/r', {
    GITHUB_TOKEN: 'secret',
    GITHUB_API_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
  });

test('the words of a commit are its own, and of GitHub’s merges those of the pull request', async () => {
  const words = wordsFrom(undefined, {});
  expect(await words(commit('Stop\u200b it', 'Why.\u001b[2J'))).toEqual({ title: 'Stop it', body: 'Why.' });
  expect(await words(commit('Merge pull request #12 from a/b', 'Stop it\n\nWhy.'))).toEqual({
    title: 'Stop it',
    body: '\nWhy.',
  });
});

test('with GitHub they are the pull request’s and those of the issues that it closes, each once', async () => {
  expect(await from()(commit('Stop (#12)'))).toEqual({
    title: 'Stop the overflow',
    body: 'Crash.\n\n\n\nIt recurses. Fixes #7 and closes #8, resolves #7.',
  });
  expect(new Set(asked)).toEqual(new Set(['Bearer secret']));
  expect(asked).toHaveLength(3);
});

test('a pull request that is gone leaves the commit’s words; a refusal is said', async () => {
  expect(await from()(commit('Stop it (#13)', 'Why.'))).toEqual({ title: 'Stop it (#13)', body: 'Why.' });
  await expect(from()(commit('Stop it (#99)'))).rejects.toMatchObject({
    code: 'mine.github',
    message: expect.stringContaining('403'),
  });
});

test.each([
  ['o/r', {}],
  ['../x', { GITHUB_TOKEN: 'x' }],
])('%s with %o is refused', (name, environment) => {
  expect(() => wordsFrom(name, environment)).toThrow(expect.objectContaining({ code: 'mine.github' }));
});
