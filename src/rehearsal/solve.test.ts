import { expect, test } from 'vitest';
import type { Call, Conversation, Turn } from './conversation.ts';
import type { Kata } from './katas.ts';
import { solve } from './solve.ts';

const statement = `# Greeting\n\nWrite \`greet.ts\`. ${'It greets. '.repeat(50)}\n\nThe name comes last.\n`;
const base: Kata = {
  id: 'greeting',
  statement,
  needs: [],
  workspace: new Map([
    ['greet.ts', 'export const old = 1;\n'],
    ['names.md', 'Ada, Grace\n'],
  ]),
  neighbours: ['names.md'],
  solutionPaths: ['greet.ts'],
  solution: new Map([['greet.ts', 'right\n']]),
  draft: new Map([['greet.ts', 'wrong\n']]),
  example: { command: 'node example.ts', prints: 'example fails:' },
};

const says = (role: Turn['role'], text: string, calls: readonly Call[] = []): Turn => ({ role, text, calls });
const system = says('system', 'You are a coding agent.');
const wrote = (content: string) =>
  says('assistant', '', [
    { id: '1', name: 'editor', args: JSON.stringify({ action: 'create', path: 'greet.ts', content }) },
  ]);
const talk = (...turns: Turn[]): Conversation => ({ turns: [system, ...turns], tools: [], schema: undefined });

/** What the model writes next, by far the most often over many seeds; `nothing` when it says it is done. */
function mostly(kata: Partial<Kata>, conversation: Conversation): string {
  const counts = new Map<string, number>();
  for (let seed = 0; seed < 100; seed++) {
    const { actions } = solve(seed, { ...base, ...kata }, conversation);
    const first = actions[0];
    const what = first === undefined ? 'nothing' : first.type === 'create' ? first.content.trim() : first.type;
    counts.set(what, (counts.get(what) ?? 0) + 1);
  }
  const [what, count] = [...counts].sort((a, b) => b[1] - a[1])[0]!;
  expect(count).toBeGreaterThan(60);
  return what;
}

test('a task without needs is solved at once', () => {
  expect(mostly({}, talk(says('user', statement)))).toBe('right');
  expect(mostly({}, talk(says('user', statement.slice(0, 200))))).toBe('wrong');
  expect(mostly({}, talk(says('user', statement), wrote('right'), says('tool', 'ok')))).toBe('nothing');
});

test('the end of the statement counts where it is needed', () => {
  const kata = { needs: ['statement'] } as const;
  expect(mostly(kata, talk(says('user', statement)))).toBe('right');
  expect(mostly(kata, talk(says('user', statement.slice(0, 500))))).toBe('wrong');
});

test('files must be shown, by the opening or by a tool, JSON or not', () => {
  const kata = { needs: ['file', 'neighbours'] } as const;
  const shown = 'greet.ts:\nexport const old = 1;\n\nnames.md:\nAda, Grace';
  expect(mostly(kata, talk(says('user', statement)))).toBe('wrong');
  expect(mostly(kata, talk(says('user', `${statement}\n${shown}`)))).toBe('right');
  expect(mostly(kata, talk(says('user', statement + JSON.stringify(shown))))).toBe('right');
  const looked = says('assistant', '', [{ id: '1', name: 'bash', args: '{"command":"cat *"}' }]);
  expect(mostly(kata, talk(says('user', statement), looked, says('tool', shown)))).toBe('right');
});

test('a failing example counts after a first try only', () => {
  const kata = { needs: ['failing-output'] } as const;
  const failing = 'example fails: 3';
  expect(mostly(kata, talk(says('user', statement + failing)))).toBe('wrong');
  const tried = [says('user', statement), wrote('wrong'), says('tool', 'ok')];
  expect(mostly(kata, talk(...tried))).toBe('nothing');
  expect(mostly(kata, talk(...tried, says('assistant', 'done'), says('user', failing)))).toBe('right');
});

test('a second look helps when asked for', () => {
  const kata = { needs: ['second-look'] } as const;
  const done = [says('user', statement), wrote('wrong'), says('tool', 'ok'), says('assistant', 'done')];
  expect(mostly(kata, talk(...done, says('user', 'Go on.')))).toBe('nothing');
  expect(mostly(kata, talk(...done, says('user', 'Take a second look.')))).toBe('right');
});

test('a task of many steps is right at the eighth answer', () => {
  const kata = { needs: ['turns'] } as const;
  const turns = [says('user', statement), wrote('wrong'), says('tool', 'ok')];
  for (let answers = 1; answers < 7; answers++) {
    expect(mostly(kata, talk(...turns))).toBe('bash');
    turns.push(says('assistant', 'One more step.'), says('tool', '3'));
  }
  expect(mostly(kata, talk(...turns))).toBe('right');
});

test('the prompt is obeyed, for better or worse', () => {
  const told = (text: string): Conversation => ({ ...talk(), turns: [says('system', text), says('user', statement)] });
  expect(mostly({}, told('View the files the task names first.'))).toBe('view');
  expect(mostly({}, told('First answer with a plan in words.'))).toBe('nothing');
});

test('the same seed and conversation give the same answer', () => {
  const conversation = talk(says('user', statement));
  for (let seed = 0; seed < 50; seed++)
    expect(solve(seed, base, conversation)).toEqual(solve(seed, base, conversation));
});
