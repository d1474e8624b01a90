import { spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, mkdtempSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { systemTrouble } from './system-trouble.ts';

// Every error here is one that the machine makes.

function caught(act: () => void): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}

const told = (error: unknown) => {
  const { message, remedy } = systemTrouble(error) ?? {};
  return `${message} ${remedy}`;
};

test('a full disk', ({ skip }) => {
  if (!existsSync('/dev/full')) skip('needs /dev/full');
  expect(told(caught(() => appendFileSync('/dev/full', 'x')))).toMatch(/^The disk is full.* Free some space\./);
});

test('a journal without room, and one that cannot be opened', () => {
  const database = new DatabaseSync(':memory:');
  database.exec('PRAGMA max_page_count = 2; CREATE TABLE t (x)');
  const full = caught(() => {
    for (let i = 0; i < 100; i++) database.exec(`INSERT INTO t VALUES (zeroblob(1000))`);
  });
  expect(told(full)).toMatch(/^The journal can’t be used: the disk is full/);
  expect(told(caught(() => new DatabaseSync('/nonexistent/journal.sqlite')))).toContain('it can’t be opened');
});

test('a folder that is not for this user, with the variable that moves it', () => {
  expect(told(caught(() => mkdirSync('/sys/huxley')))).toMatch(
    /^This user may not make the folder \/sys\/huxley\. Make it/,
  );
  const before = process.env.TMPDIR;
  try {
    process.env.TMPDIR = '/nonexistent';
    expect(told(caught(() => mkdtempSync(join(tmpdir(), 'x-'))))).toBe(
      'There is no folder /nonexistent. Set TMPDIR to one you can write to.',
    );
  } finally {
    if (before === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = before;
  }
});

test('a program that is not installed', () => {
  expect(told(spawnSync('/nonexistent/git', ['status']).error)).toMatch(
    /^\/nonexistent\/git is not installed, or not on the PATH\. Install/,
  );
});

test('a port in use, also where it comes with other errors', async () => {
  const first = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => first.once('listening', resolve));
  const { port } = first.address() as { port: number };
  const error = await new Promise((resolve) => createServer().once('error', resolve).listen(port, '127.0.0.1'));
  first.close();
  const words = `Another program listens on port ${port} of 127.0.0.1. End it, or choose another port (PORT, or --port).`;
  expect(told(error)).toBe(words);
  expect(told(new AggregateError([new Error('other'), error]))).toBe(words);
  expect(told(new SuppressedError(new Error('while closing'), error))).toBe(words);
});

test('a mistake of ours stays one', () => {
  expect(systemTrouble(new TypeError('x is undefined'))).toBeNull();
  expect(systemTrouble('text')).toBeNull();
});
