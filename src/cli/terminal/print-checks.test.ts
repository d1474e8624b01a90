import { expect, test } from 'vitest';
import type { Check } from '../../sandbox/setup/examine.ts';
import { checksExit, checksText } from './print-checks.ts';

const ok: Check = { name: 'git', state: 'ok', detail: 'git version 2.39.5', remedy: null };
const note: Check = {
  name: 'Image polyglot',
  state: 'note',
  detail: 'not built yet',
  remedy: 'It is built when it is first needed.',
};
const missing: Check = { name: 'Docker', state: 'missing', detail: 'no engine', remedy: 'Start Docker.' };

test('each check on a line, what to do below it, the verdict at the end', () =>
  expect(checksText([ok, note, missing], null)).toMatchInlineSnapshot(`
    "✓ git             git version 2.39.5
    · Image polyglot  not built yet
                      → It is built when it is first needed.
    ✗ Docker          no engine
                      → Start Docker.

    Not ready: fix what is marked ✗ (1). 1 marked · can wait, or need a look.
    "
  `));

test('notes alone are ready, and end with 0', () => {
  expect(checksText([ok], null)).toMatch(/\nReady\.\n$/);
  expect(checksText([ok, note], null)).toMatch(/\nReady\. 1 marked · can wait, or need a look\.\n$/);
  expect([checksExit([ok, note]), checksExit([ok, missing, note])]).toEqual([0, 1]);
});

test('lines are broken between words where the terminal is narrow', () => {
  for (const line of checksText([{ ...missing, remedy: 'Start Docker and run the command again, please.' }], 30).split(
    '\n',
  ))
    expect(line.length).toBeLessThan(30);
});

test('the page to do it on stands whole below what to do, also where the terminal is narrow', () => {
  const link = 'https://github.com/octo/agent/settings/environments/1/edit';
  expect(checksText([{ ...missing, link }], 30)).toMatch(new RegExp(`→ Start Docker\\.\n +${link}\n`));
});
