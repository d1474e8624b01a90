import { mkdtempSync, readFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseExport } from '../../store/export.ts';
import { openSqlite } from '../../store/sqlite.ts';
import type { RunDocument, RunsDocument } from '../document/document.ts';
import { noAttachments } from './attachments.ts';
import { RunSource } from './run-source.ts';
import { startViewer } from './viewer.ts';

const name = join(import.meta.dirname, '../../../test/fixtures/0.1/merged.jsonl');
const { entries, ...key } = parseExport(readFileSync(name, 'utf8'), name);
const nothing = noAttachments('this is a test.', 'Look elsewhere.');
const recorded = () =>
  new RunSource({ key, url: null, attachments: nothing, read: async (after) => entries.slice(after) });

/** An answer to a request whose headers are given to the letter. */
function ask(url: string, headers: Record<string, string>): Promise<number> {
  return new Promise((resolve, reject) => {
    request(url, { headers }, (response) => {
      response.resume();
      resolve(response.statusCode!);
    })
      .on('error', reject)
      .end();
  });
}

test('a recorded run is served with its data, under a policy that lets nothing in', async () => {
  await using viewer = await startViewer(recorded());
  const page = await fetch(viewer.url);
  expect(page.status).toBe(200);
  const policy = page.headers.get('content-security-policy')!;
  expect(policy).toMatch(/^default-src 'none';/);
  expect(policy).not.toContain('unsafe');
  expect(await page.text()).toContain('name="huxley"');
  const answer = await fetch(`${viewer.url}document.json`);
  const document = (await answer.json()) as RunDocument;
  expect(document).toMatchObject({ repository: key.repository, run: key.run, seq: entries.length });
  expect(answer.headers.get('cache-control')).toContain('private');
  const script = await fetch(`${viewer.url}page.js`);
  expect([script.headers.get('content-encoding'), script.headers.get('etag')]).toEqual(['gzip', expect.any(String)]);
  const again = await fetch(`${viewer.url}document.json`, {
    headers: { 'if-none-match': answer.headers.get('etag')! },
  });
  expect(again.status).toBe(304);
  const runs = (await (await fetch(`${viewer.url}runs.json`)).json()) as RunsDocument;
  expect(runs.runs.map(({ run }) => run)).toEqual([key.run]);
});

test('what is not there is said with its remedy; nothing is told of held-out tasks, and nothing is written', async () => {
  await using viewer = await startViewer(recorded());
  const sealed = entries.find(({ event }) => event.type === 'evaluation.done' && event.split === 'heldout')!.event;
  if (sealed.type !== 'evaluation.done') throw new Error('no evaluation');
  const places = [
    'diff/v0',
    'diff/x',
    'diff/v1',
    `transcript/${sealed.job}/${sealed.task}`,
    'transcript/j/t/x',
    '..%2f..%2fetc',
    '%',
    '/',
    '/x//',
  ];
  for (const place of places) {
    const answer = await fetch(viewer.url + place);
    expect(answer.status, place).toBe(404);
    expect(await answer.json()).toEqual({ error: expect.any(String), remedy: expect.any(String) });
  }
  expect((await fetch(`${viewer.url}command`, { method: 'POST', body: '{}' })).status).toBe(405);
});

test('a name that leads here is refused', async () => {
  await using viewer = await startViewer(recorded());
  const { host, port } = new URL(viewer.url);
  expect(await ask(viewer.url, { host })).toBe(200);
  expect(await ask(viewer.url, { host: `localhost:${port}` })).toBe(200);
  for (const other of [`evil.example:${port}`, '127.0.0.1', `127.0.0.1.evil.example:${port}`])
    expect(await ask(`${viewer.url}document.json`, { host: other }), other).toBe(403);
});

test('a page that listens is told of what is new, and finds it in the document', async () => {
  await using store = await openSqlite(join(mkdtempSync(join(tmpdir(), 'huxley-view-')), 'journal.sqlite'));
  const half = entries.slice(0, 40);
  await store.restore(key, half);
  const source = new RunSource({ key, url: null, attachments: nothing, read: (after) => store.read(key, after) });
  await using viewer = await startViewer(source);
  const stream = (await fetch(`${viewer.url}events`)).body!.pipeThrough(new TextDecoderStream());
  let text = '';
  let appended = false;
  for await (const chunk of stream as unknown as AsyncIterable<string>) {
    text += chunk;
    if (text.includes(`{"seq":${half.length}}`) && !appended) {
      appended = true;
      await store.append(key, half.length, [entries[half.length]!.event]);
    }
    if (text.includes(`{"seq":${half.length + 1}}`)) break;
  }
  expect(text).toContain('event: changed');
  const document = (await (await fetch(`${viewer.url}document.json`)).json()) as RunDocument;
  expect(document.seq).toBe(half.length + 1);
});
