import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, test } from 'vitest';
import { parseExport } from '../../../src/store/export.ts';
import { openSqlite } from '../../../src/store/sqlite.ts';
import type { RunDocument } from '../../../src/web/document/document.ts';

// `huxley view` and `huxley report` as a person types them.

const root = join(import.meta.dirname, '../../..');
const recorded = join(root, 'test/fixtures/0.1/merged.jsonl');
const { entries } = parseExport(readFileSync(recorded, 'utf8'), recorded);
const home = mkdtempSync(join(tmpdir(), 'huxley-view-home-'));
const env = { PATH: process.env.PATH, HUXLEY_HOME: home };

afterAll(() => rmSync(home, { recursive: true, force: true }));

async function view(...args: string[]): Promise<{ child: ChildProcess; said: string; url: string }> {
  const child = spawn(process.execPath, ['src/main.ts', 'view', ...args], { cwd: root, env });
  let said = '';
  for await (const chunk of child.stdout!) {
    said += String(chunk);
    const url = /http:\S+/.exec(said)?.[0];
    if (url) return { child, said, url };
  }
  throw new Error(`it ended without an address: ${said}`);
}

async function end(child: ChildProcess): Promise<void> {
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGINT');
  await ended;
}

test('a file, a run and a repository are shown, and a live journal is followed', async () => {
  const { child: first, said, url } = await view(recorded);
  expect(said).toMatch(/^octo\/agent r1: http:\/\/127\.0\.0\.1:\d+\/\n$/);
  const document = (await (await fetch(`${url}document.json`)).json()) as RunDocument;
  expect(document.has).toEqual({ transcripts: false, diffs: false });
  const script = await fetch(`${url}page.js`);
  expect(script.headers.get('content-type')).toContain('javascript');
  expect((await script.text()).length).toBeGreaterThan(1_000);
  await end(first);

  const key = { repository: 'octo/agent', run: 'r5' };
  await using store = await openSqlite(join(home, 'journal.sqlite'));
  await store.restore(key, entries.slice(0, 50));
  for (const what of ['r5', 'octo/agent']) {
    const { child, url: at } = await view(what);
    const seq = async () => ((await (await fetch(`${at}document.json`)).json()) as RunDocument).seq;
    const before = await seq();
    await store.append(key, before, [entries[before]!.event]);
    await expect.poll(seq, { timeout: 10_000 }).toBe(before + 1);
    await end(child);
  }
});

test('a report is one file; what is not there is said with its remedy', async () => {
  const run = promisify(execFile);
  const out = join(home, 'report.html');
  const { stdout } = await run(process.execPath, ['src/main.ts', 'report', recorded, '-o', out], { cwd: root, env });
  expect(stdout).toBe(`${out}\n`);
  const html = readFileSync(out, 'utf8');
  expect(html.startsWith('<!doctype html>')).toBe(true);
  expect(Buffer.byteLength(html)).toBeLessThan(3_000_000);
  const failed = await run(process.execPath, ['src/main.ts', 'view', 'r99'], { cwd: root, env }).catch(
    (error) => error,
  );
  expect(failed.stderr).toContain('There is no run r99');
});
