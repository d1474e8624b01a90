import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Trajectory } from '../../operator/trajectory.ts';
import { transcriptOf } from './transcript.ts';

const record = (more: Partial<Trajectory>): Trajectory => ({
  v: 1,
  variant: 'v1',
  task: 'clamp-range',
  verdict: 'unresolved',
  evidence: 'Two tests failed.',
  ended: 'exit 0',
  statement: 'Fix clamp.',
  transcript: '',
  conversation: '',
  patch: '',
  ...more,
});

test('turns of Chat Completions and of Messages become messages, calls of tools apart', () => {
  const conversation = [
    '## system\nYou fix bugs.',
    '## user\nFix clamp.\n\n## Not a turn of ours',
    '## assistant\nI look.\n-> {"name":"bash","arguments":"{\\"command\\":\\"ls\\"}"}',
    '## tool\nclamp.ts\n-> not JSON',
    '=== a new conversation',
    '## user\nAgain.',
  ].join('\n\n');
  const { messages, cut } = transcriptOf(record({ conversation, patch: '--- a\n+++ b' }));
  expect(cut).toBeNull();
  expect(messages.map(({ role }) => role)).toEqual([
    'system',
    'user',
    'assistant',
    'tool',
    'note',
    'user',
    'change',
    'grader',
  ]);
  expect(messages[1]!.text).toBe('Fix clamp.\n\n## Not a turn of ours');
  expect(messages[2]).toEqual({
    role: 'assistant',
    text: 'I look.',
    calls: [{ name: 'bash', input: '{"command":"ls"}' }],
  });
  expect(messages[3]!.text).toBe('clamp.ts\n-> not JSON');
  expect(messages.at(-1)!.text).toBe('unresolved\nTwo tests failed.\nexit 0');
});

test('items of the Responses API become calls and answers', () => {
  const conversation = [
    '## user\nFix clamp.',
    '## function_call\n{"name":"edit","arguments":"{}","call_id":"1"}',
    '## function_call_output\n{"call_id":"1","output":"done"}',
  ].join('\n\n');
  const { messages } = transcriptOf(record({ conversation }));
  expect(messages.slice(1, 3)).toEqual([
    { role: 'assistant', text: '', calls: [{ name: 'edit', input: '{}' }] },
    { role: 'tool', text: 'done', calls: [] },
  ]);
});

test('what is left out is said, and what nobody said is not made up', () => {
  const cut = transcriptOf(record({ conversation: '[40 earlier turns left out]\n\n## user\nGo on.' }));
  expect(cut.cut).toBe('40 earlier turns left out, at the beginning.');
  expect(cut.messages.map(({ role }) => role)).toEqual(['task', 'user', 'change', 'grader']);
  const log = transcriptOf(record({ transcript: 'I tried.' }));
  expect(log.messages.map(({ role }) => role)).toEqual(['task', "agent's log", 'change', 'grader']);
});

test('whatever an agent said, all of it is there as text, within bounds', () => {
  const turn = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom(
      '## tool',
      '-> {"name":{}}',
      '-> {"name":"x"',
      '## function_call\n[1]',
      '## function_call\n{}',
      '\u001b[31m',
    ),
  );
  fc.assert(
    fc.property(fc.array(turn, { maxLength: 30 }), (turns) => {
      const { messages } = transcriptOf(record({ conversation: turns.join('\n\n') }));
      for (const { role, text, calls } of messages) {
        expect(typeof role).toBe('string');
        expect(text.length).toBeLessThan(61_000);
        for (const { name, input } of calls) expect([typeof name, typeof input]).toEqual(['string', 'string']);
      }
      expect(messages.at(-1)!.role).toBe('grader');
    }),
  );
});
