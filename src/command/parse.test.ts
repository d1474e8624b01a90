import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { authorize } from './authorize.ts';
import { COMMANDS } from './command.ts';
import { helpText } from './help.ts';
import { parseCommand } from './parse.ts';

const command = (text: string) => {
  const parsed = parseCommand(text);
  return parsed.kind === 'command' ? parsed.command : parsed;
};

describe('commands that count', () => {
  test.each([
    ['/huxley run', { name: 'run', options: {} }],
    [
      '/huxley run budget=60 seed=7 policy=hgm costUSD=2.5 merge=auto',
      { name: 'run', options: { budget: 60, seed: 7, policy: 'hgm', costUSD: 2.5, merge: 'auto' } },
    ],
    ['Hello\n\n/huxley status\n\nthanks', { name: 'status' }],
    ['/huxley explain v12', { name: 'explain', variant: 'v12' }],
    ['/huxley explain', { name: 'explain' }],
    ['/huxley calibrate', { name: 'calibrate', options: {} }],
    ['/huxley calibrate attempts=20 gradings=1', { name: 'calibrate', options: { attempts: 20, gradings: 1 } }],
    ['/huxley measure', { name: 'measure', options: {} }],
    ['/huxley measure evaluations=80 sealed', { name: 'measure', options: { sealed: true, evaluations: 80 } }],
    [`/huxley measure sha=${'0a'.repeat(20)}`, { name: 'measure', options: { sha: '0a'.repeat(20) } }],
    ['/huxley evaluate v3 T-1 T-2 T-1', { name: 'evaluate', variant: 'v3', tasks: ['T-1', 'T-2'] }],
    ['/huxley prune v0\r\n', { name: 'prune', variant: 'v0' }],
    ['/huxley slim v12', { name: 'slim', variant: 'v12' }],
    ['```\n/huxley stop\n```\n/huxley pause', { name: 'pause' }],
    ['/HUXLEY Pause', { name: 'pause' }],
    ['/Huxley Explain v3', { name: 'explain', variant: 'v3' }],
    ['   /huxley pause', { name: 'pause' }],
    ['<pre>x</pre>\n\n/huxley pause', { name: 'pause' }],
    ['<!-- a comment -->\n\n/huxley pause', { name: 'pause' }],
    ['<details><summary>why</summary>\n\n/huxley pause\n\n</details>', { name: 'pause' }],
    ['so:<br>\n/huxley pause', { name: 'pause' }],
    ['> quoted\n\n/huxley pause', { name: 'pause' }],
    ['a line\n/huxley pause\nanother', { name: 'pause' }],
    ['/huxley run seed=7 costUSD=1', { name: 'run', options: { seed: 7, costUSD: 1 } }],
    ['/huxley prove', { name: 'prove', options: {} }],
    ['/huxley prove v3 evaluations=200', { name: 'prove', variant: 'v3', options: { evaluations: 200 } }],
    ['/huxley prove costUSD=20', { name: 'prove', options: { costUSD: 20 } }],
  ])('%j', (text, expected) => expect(command(text)).toEqual(expected));
});

describe('text that starts nothing', () => {
  test.each([
    'looks good',
    '> /huxley run',
    '    /huxley run',
    '```\n/huxley run\n```',
    '~~~~\n```\n/huxley run\n~~~~',
    '```\n/huxley run',
    '<!-- /huxley run -->',
    '<!--\n/huxley run',
    'please /huxley run',
    '/huxleyrun',
    '/huxley\u200b run',
    '<pre>\n/huxley run\n</pre>',
    '<pre>\n\n/huxley run\n\n</pre>',
    '<PRE class="x">\n\n/huxley run',
    '<style>\n/huxley run\n</style>',
    '<style>\n\n/huxley run',
    '<script>\n\n/huxley run\n</script>',
    '<textarea>\n\n/huxley run\n</textarea>',
    '<![CDATA[\n\n/huxley run\n\n]]>',
    '<?php\n\n/huxley run\n\n?>',
    '<!DOCTYPE html\n/huxley run\n>',
    '<table>\n<tr><td>\n/huxley run\n</td></tr></table>',
    '<table><tr><td>\n\n/huxley run\n\n</td></tr></table>',
    '<blockquote>\n\n/huxley run\n\n</blockquote>',
    '<x-note>\n/huxley run\n</x-note>',
    'as in <pre>\n/huxley run\n</pre>',
    'as in <code>\n/huxley run</code>',
    '<div hidden>\n\n/huxley run\n\n</div>',
    '<details><pre>\n\n/huxley run\n\n</pre></details>',
    'see `\n/huxley run\n` there',
    'see ``a\n/huxley run\nb`` there',
    'text <!--\n/huxley run',
    'text <!-- a\n/huxley run -->',
    '> quoted\n/huxley run',
    '> [!NOTE]\n/huxley run',
    '- a list\n/huxley run',
    '- a list\n\n  /huxley run',
    '1. one\n\n   /huxley run',
    '/huxley run\n===',
    '# /huxley run',
    '---\n/huxley run\n---',
    '| a |\n|---|\n/huxley run',
    '[^1]: a note\n/huxley run',
    '$$\n/huxley run\n$$',
    '\t/huxley run',
    '**/huxley run**',
    '[/huxley run](x)',
    '&sol;huxley run',
    '\\/huxley run',
    '<a title="\n/huxley run\n">x</a>',
  ])('%j', (text) => expect(parseCommand(text)).toEqual({ kind: 'none' }));
});

test('a malformed command is refused with what to write instead', () => {
  const refusals = [
    '/huxley',
    '/huxley rnu',
    '/huxley dance',
    '/huxley run budget',
    '/huxley run bugdet=5',
    '/huxley run budget=-5',
    '/huxley run budget=5 budget=6',
    '/huxley run policy=$(id)',
    '/huxley run constructor=1',
    '/huxley calibrate attempts=3',
    '/huxley calibrate attempts=22 gradings=3',
    '/huxley calibrate gradings=0',
    '/huxley calibrate v1',
    '/huxley measure evaluations=1',
    '/huxley measure sha=0a0a0a0',
    '/huxley measure now',
    '/huxley stop now',
    '/huxley expand',
    '/huxley expand #12',
    '/huxley explain v1 v2',
    '/huxley slim',
    '/huxley slim v1 v2',
    '/huxley evaluate v1 ../../x <b>',
    '/huxley stop\n/huxley run',
  ].map((text) => {
    const parsed = parseCommand(text);
    return parsed.kind === 'refused' ? `${parsed.problem} | ${parsed.hint}` : parsed;
  });
  expect(refusals).toMatchInlineSnapshot(`
    [
      "no command after /huxley | Try \`/huxley help\`.",
      "there is no command \`rnu\` | Did you mean \`/huxley run\`?",
      "there is no command \`dance\` | Try \`/huxley help\`.",
      "\`budget\` is not key=value | Usage: \`/huxley run [key=value ...]\`.",
      "\`run\` has no option \`bugdet\` | Did you mean \`budget\`? Its options are budget, seed, policy, concurrency, batch, prefer, costUSD, hours, merge.",
      "\`budget=-5\` is out of range | \`budget\` is 1 to 100000.",
      "\`budget\` is given twice | Give each option once.",
      "\`policy=??id?\` is out of range | \`policy\` is a policy name.",
      "\`run\` has no option \`constructor\` | Its options are budget, seed, policy, concurrency, batch, prefer, costUSD, hours, merge.",
      "\`attempts=3\` is out of range | \`attempts\` is an even number, 2 to 20.",
      "\`attempts=22\` is out of range | \`attempts\` is an even number, 2 to 20.",
      "\`gradings=0\` is out of range | \`gradings\` is 1 to 5.",
      "\`v1\` is not key=value | Usage: \`/huxley calibrate [attempts=N] [gradings=N]\`.",
      "\`evaluations=1\` is out of range | \`evaluations\` is 2 to 100000.",
      "\`sha=0a0a0a0\` is out of range | \`sha\` is a commit in full, 40 hexadecimal digits.",
      "\`now\` is not key=value | Usage: \`/huxley measure [sealed] [evaluations=N] [sha=SHA]\`.",
      "\`stop\` takes no arguments | Usage: \`/huxley stop\`.",
      "\`expand\` needs a variant, such as v12, and an idea only after a colon | Usage: \`/huxley expand vN[: idea]\`.",
      "\`expand\` needs a variant, such as v12, and an idea only after a colon | Usage: \`/huxley expand vN[: idea]\`.",
      "\`v1 v2\` is not one variant | Usage: \`/huxley explain [vN]\`.",
      "\`slim\` needs a variant, such as v12 | Usage: \`/huxley slim vN\`.",
      "\`slim\` takes one variant | Usage: \`/huxley slim vN\`.",
      "\`../../x\` cannot be a task's name | Usage: \`/huxley evaluate vN [task ...]\`.",
      "a comment can carry only one command, and this one has 2, from \`/huxley stop\` to \`/huxley run\` | Write each command in a comment of its own.",
    ]
  `);
});

test('no comment throws, and no refusal repeats markup', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const parsed = parseCommand(`/huxley ${text}`);
      if (parsed.kind === 'refused') expect(`${parsed.problem}${parsed.hint}`).not.toMatch(/[<>\n@]/);
    }),
  );
});

test('help names every command', () => {
  for (const { usage } of Object.values(COMMANDS)) expect(helpText()).toContain(`/huxley ${usage}`);
});

test('only people with write access command', () => {
  const author = (permission: 'admin' | 'write' | 'read' | 'none', isBot = false) =>
    authorize({ login: 'x', isBot, permission }).kind;
  expect([author('admin'), author('write'), author('read'), author('none'), author('admin', true)]).toEqual([
    'granted',
    'granted',
    'denied',
    'denied',
    'ignored',
  ]);
});

test.each([
  ['/huxley expand v3', { name: 'expand', variant: 'v3' }],
  ['/huxley expand v3: try a  smaller limit', { name: 'expand', variant: 'v3', idea: 'try a  smaller limit' }],
  ['/HUXLEY Expand v3 : `stop`: then go on', { name: 'expand', variant: 'v3', idea: '`stop`: then go on' }],
  ['/huxley steer', { name: 'steer' }],
  ['/huxley steer drop 2', { name: 'steer', drop: 2 }],
  ['/huxley steer Prefer small  prompts.', { name: 'steer', text: 'Prefer small  prompts.' }],
])('a person’s own words are kept: %s', (text, command) => {
  expect(parseCommand(text)).toMatchObject({ kind: 'command', command });
});

test.each([`/huxley expand v3: ${'x'.repeat(1_001)}`, `/huxley steer ${'x'.repeat(1_001)}`])(
  'too many words are refused, not cut',
  (text) => {
    expect(parseCommand(text)).toMatchObject({ kind: 'refused', problem: expect.stringContaining('at most 1000') });
  },
);
