import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bodyText, logLine, logText, terminalLine, titleText, visible } from './text.ts';

const nasty = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary', maxLength: 6 }),
      fc.constantFrom(
        '[skip ci]',
        '[CI skip]',
        '[no ci]',
        '[skip\u200b ci]',
        '***NO_CI***',
        '[skip azp]',
        'skip-checks: true',
        'skip\u00ad-checks:true',
        'request-checks: true',
        'Fixes #1',
        'closes: GH-12',
        'Resolves octo/agent#7',
        'fix https://github.com/o/r/issues/1',
        'hthttp://tp://x',
        '#\u200b3',
        '##[add-mask]x',
        '::set-output::',
        ':::',
        '###[',
        '##vso[task]',
        '\u001b[31m',
        '\u009b2J',
        '\u001b]0;t\u0007',
        '\u202e',
        '\u{e0041}',
        '\u2800',
        '@someone',
        '@octo/team',
        '\uff20you',
        'Co-authored-by: A <a@b>',
        'Signed-off-by :x',
        'Huxley-Variant: v9',
        '\r',
        '\n',
        '\n\n\n',
        '\u2028',
        '/huxley stop',
        'a\u0301\u0301\u0301\u0301',
      ),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(''));

const CONTROL = /[^\P{C}\n\t]|[\p{Default_Ignorable_Code_Point}\u2800\u2028\u2029]/u;

test('visible text has nothing in it that does not show, and stays as it is when made visible again', () => {
  fc.assert(
    fc.property(nasty, (text) => {
      const shown = visible(text);
      expect(shown).not.toMatch(CONTROL);
      expect(shown).not.toMatch(/\p{M}{3}/u);
      expect(visible(shown)).toBe(shown);
    }),
    { numRuns: 2_000 },
  );
  expect(visible('naïve déjà-vu, 東京, Ω ≤ 3 — “ok”')).toBe('naïve déjà-vu, 東京, Ω ≤ 3 — “ok”');
  expect(visible('\u001b[1;31mred\u001b[0m \u001b]8;;http://x\u0007link\u001b]8;;\u0007')).toBe('red link');
});

const ACTS = [
  /\[[^\]]*\]/,
  /\*\*\*/,
  /(skip|request)-checks/i,
  /[@＠]/,
  /#\s*\d/,
  /\bGH-\d/i,
  /:\/\//,
  /\b(Co-authored|Signed-off)-by\s*:/i,
  /\bHuxley-\w+:/i,
  /\/huxley\b/,
];

test('nothing in a title or a commit’s body does anything on GitHub, whatever a model wrote', () => {
  fc.assert(
    fc.property(nasty, (text) => {
      const title = titleText(text);
      const body = bodyText(text);
      expect(title).not.toMatch(/\n/);
      expect([...title].length).toBeLessThanOrEqual(200);
      for (const made of [title, body]) {
        expect(made).not.toMatch(CONTROL);
        for (const acts of ACTS) expect(made).not.toMatch(acts);
      }
      expect(body).not.toMatch(/\n\n\n/);
      for (const line of body.split('\n')) expect(line === '' || line.startsWith('    ')).toBe(true);
    }),
    { numRuns: 5_000 },
  );
});

test.each([
  ['[skip ci] Fixes #1 @someone', '(skip ci) Fixes no. 1 (at)someone'],
  ['Prefer `rg` to grep (C#, 50 %)', 'Prefer `rg` to grep (C#, 50 %)'],
  [
    'Closes octo/agent#12, GH-3 and https://github.com/o/r/pull/4',
    'Closes octo/agentno. 12, GH 3 and https: github.com/o/r/pull/4',
  ],
  ['a\r\nskip-checks: true', 'a skip checks: true'],
  ['\u202eevil\u202c \u001b[2Jx', 'evil x'],
])('a title: %j', (text, title) => expect(titleText(text)).toBe(title));

test('no line of a log is a command of GitHub’s runner or another’s, wherever in the line it stands', () => {
  fc.assert(
    fc.property(nasty, (text) => {
      for (const line of [logLine(text), logText(text)]) {
        expect(line).not.toMatch(/::|##|#\[|#vso\[/i);
        expect(line).not.toMatch(CONTROL);
      }
      expect(terminalLine(text)).not.toMatch(/[\n\t]/);
    }),
    { numRuns: 3_000 },
  );
});
