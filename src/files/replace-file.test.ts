import { mkdirSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { replaceFile } from './replace-file.ts';

const folder = () => mkdtempSync(join(tmpdir(), 'huxley-replace-'));

test('writers of one file in one process and in its threads do not meet: it is whole at every moment', async () => {
  const path = join(folder(), 'deep', 'result.json');
  const texts = Array.from({ length: 40 }, (_, i) => JSON.stringify({ i, filling: 'x'.repeat(i * 5_000) }));
  await replaceFile(path, texts[0]!);
  const url = new URL('./replace-file.ts', import.meta.url).href;
  const thread = new Worker(
    `const { workerData } = require('node:worker_threads');
     import(workerData.url).then(({ replaceFile }) => Promise.all(workerData.texts.map((text) => replaceFile(workerData.path, text))));`,
    { eval: true, workerData: { url, path, texts } },
  );
  const ended = new Promise<number>((resolve, reject) => thread.once('exit', resolve).once('error', reject));
  let reading = true;
  const read = (async () => {
    while (reading) {
      expect(texts).toContain(readFileSync(path, 'utf8'));
      await new Promise((resolve) => setImmediate(resolve));
    }
  })();
  await Promise.all(texts.map((text) => replaceFile(path, text)));
  expect(await ended).toBe(0);
  reading = false;
  await read;
  expect(readdirSync(join(path, '..'))).toEqual(['result.json']);
});

test('a write that fails leaves what was there, and nothing beside it', async () => {
  const dir = folder();
  mkdirSync(join(dir, 'taken', 'by-a-folder'), { recursive: true });
  await expect(replaceFile(join(dir, 'taken'), 'text')).rejects.toThrow();
  expect(readdirSync(dir)).toEqual(['taken']);
});

test('a name as long as the file system allows', async () => {
  const dir = folder();
  const name = `${'n'.repeat(250)}.json`;
  await replaceFile(join(dir, name), new Uint8Array([1, 2]));
  expect(readdirSync(dir)).toEqual([name]);
});
