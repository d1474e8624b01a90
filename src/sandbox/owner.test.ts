import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { isGone, ownerToString, parseOwner, thisProcess } from './owner.ts';

const me = thisProcess();

test('an owner survives its text', () => {
  expect(parseOwner(ownerToString(me))).toEqual(me);
  expect(parseOwner('a|b|c|d|e')).toBeUndefined();
  expect(parseOwner('')).toBeUndefined();
});

test('this process is alive, one with its number and another start is not', () => {
  expect(isGone(me)).toBe(false);
  expect(isGone({ ...me, start: '1' })).toBe(true);
  expect(isGone({ ...me, boot: 'the boot before' })).toBe(true);
});

test('owners on other machines and in other namespaces are left alone', () => {
  expect(isGone({ ...me, host: 'elsewhere', start: '1' })).toBe(false);
  expect(isGone({ ...me, namespace: 'pid:[1]', start: '1' })).toBe(false);
});

test('a process that ended is gone', async () => {
  const child = spawn(process.execPath, ['-e', '0']);
  await once(child, 'exit');
  expect(isGone({ ...me, pid: child.pid! })).toBe(true);
});
