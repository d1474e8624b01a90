import { mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { agentFiles, folderOf, huxleyIn, shellSuite } from '../support/bench.ts';
import { chatAnswer, fakeEndpoint, sendJson } from '../support/endpoint.ts';

/** Asks the model for the file, with what `more` adds to the call; says on both its outputs what it did. */
const agent = (more = '') => `
import { appendFileSync, writeFileSync } from 'node:fs';
const e = process.env;
const response = await fetch(e.OPENAI_BASE_URL + '/chat/completions', {
  method: 'POST',
  headers: { authorization: 'Bearer ' + e.OPENAI_API_KEY, 'content-type': 'application/json' },
  body: JSON.stringify({ model: e.HUXLEY_MODEL, messages: [{ role: 'user', content: 'Write a.sh.' }], ${more} }),
});
const answer = await response.text();
appendFileSync(e.HUXLEY_OUT, 'asked\\n');
console.log('status ' + response.status);
console.error('a warning');
if (!response.ok) process.exit(7);
writeFileSync(e.HUXLEY_WORKSPACE + '/a.sh', JSON.parse(answer).choices[0].message.content);
`;

const benchFolder = (code: string, models: string) =>
  folderOf({ ...shellSuite({ one: {} }), ...agentFiles(code, models) });

const BENCH_RUN = ['bench', 'run', '--agent', 'agent', '--suite', 'suite', '--out', 'out', '--no-install'];

const benchRunIn = (folder: string, baseURL: string, ...more: string[]) =>
  huxleyIn(folder, baseURL, [...BENCH_RUN, ...more]);

const benchRun = (baseURL: string, code: string, models: string) => benchRunIn(benchFolder(code, models), baseURL);

const PRICED = '{ solve: my-model, prices: { my-model: { input: 1, output: 4 } } }';

test('bench run knows the prices of the configuration, and keeps what each attempt printed, wrote and asked', async () => {
  await using endpoint = await fakeEndpoint((_, response) => sendJson(response, chatAnswer('echo 1\n')));
  const { code, printed, read } = await benchRun(endpoint.baseURL, agent(), PRICED);
  expect([code, printed]).toEqual([0, expect.stringContaining('1 of 1 resolved')]);
  // 100 input tokens at $1 and 10 output tokens at $4 a million
  expect(JSON.parse(read('results.jsonl'))).toMatchObject({ verdict: 'resolved', costUSD: 0.00014 });
  expect(JSON.parse(read('attempts/one/attempt.json'))).toMatchObject({
    exitCode: 0,
    ended: 'exit 0',
    calls: { answered: 1, refused: 0, reasons: [] },
  });
  expect(read('attempts/one/stdout.txt')).toBe('status 200\n');
  expect(read('attempts/one/stderr.txt')).toBe('a warning\n');
  expect(read('attempts/one/transcript.txt')).toBe('asked\n');
  expect(read('attempts/one/conversation.txt')).toContain('Write a.sh.');
});

test('bench run says which calls were refused, gives no result where none was answered, and exits with 1', async () => {
  await using endpoint = await fakeEndpoint((_, response) => sendJson(response, chatAnswer('echo 1\n')));
  const { code, printed, read } = await benchRun(endpoint.baseURL, agent('web_search_options: { a: 1 }'), PRICED);
  expect([code, printed]).toEqual([1, expect.stringContaining("refused: field 'web_search_options' is not passed on")]);
  const record = JSON.parse(read('results.jsonl'));
  expect(record).toMatchObject({ verdict: 'infrastructure', patch: '' });
  expect(record.evidence).not.toContain('nothing changed');
  const { exitCode, calls } = JSON.parse(read('attempts/one/attempt.json'));
  expect(exitCode).toBe(7);
  expect(calls).toMatchObject({ answered: 0, refused: 1, reasons: [{ calls: 1 }] });
  expect(endpoint.calls).toEqual([]);
});

test('bench run refuses a model without a price before it tries anything', async () => {
  await using endpoint = await fakeEndpoint((_, response) => sendJson(response, chatAnswer('echo 1\n')));
  const { code, printed } = await benchRun(endpoint.baseURL, agent(), '{ solve: my-model }');
  expect([code, printed]).toEqual([1, expect.stringContaining("no price is known for model 'my-model'")]);
});

test('a second writer of a session’s folder is refused at once, and told who the first one is', async () => {
  const asked = Promise.withResolvers<void>();
  const refused = Promise.withResolvers<void>();
  await using endpoint = await fakeEndpoint(async (_, response) => {
    asked.resolve();
    await refused.promise;
    sendJson(response, chatAnswer('echo 1\n'));
  });
  const folder = benchFolder(agent(), PRICED);
  const first = benchRunIn(folder, endpoint.baseURL);
  await asked.promise;
  const second = await benchRunIn(folder, endpoint.baseURL, '--fresh');
  refused.resolve();
  expect(second.code).toBe(1);
  expect(second.printed).toMatch(
    /^huxley: Process \d+ has been writing to out since 20\d\d-\d\d-\d\d \d\d:\d\d:\d\d UTC\.\n {2}Wait for it or end it, or name another folder with --out\.$/m,
  );
  expect(await first).toMatchObject({ code: 0, printed: expect.stringContaining('1 of 1 resolved') });
  expect((await benchRunIn(folder, endpoint.baseURL)).printed).toContain('1 of 1 tasks are done already (out)');
});

test('an attempt that the machine kept from a result is told with the cause and the remedy', async () => {
  const folder = benchFolder(agent(), PRICED);
  const temporary = join(folder, 'tmp');
  mkdirSync(temporary);
  await using endpoint = await fakeEndpoint((_, response) => {
    renameSync(temporary, join(folder, 'gone'));
    sendJson(response, chatAnswer('echo 1\n'));
  });
  const { code, printed } = await huxleyIn(folder, endpoint.baseURL, BENCH_RUN, { TMPDIR: temporary });
  expect(code).toBe(1);
  expect(printed).toMatch(/^\? one infrastructure \([^)]+\): No result: There is no folder \S+\. Set TMPDIR to one/m);
});
