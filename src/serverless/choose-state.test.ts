import fc from 'fast-check';
import { expect, test } from 'vitest';
import { chooseState, type SeenRun } from './choose-state.ts';

const run = (number: number, more: Partial<SeenRun> = {}): SeenRun => ({
  number,
  succeeded: false,
  state: null,
  ...more,
});
const whole = { succeeded: true, state: { final: true } };

test('the newest state counts, past runs that were skipped, cancelled or lost before they had one', () => {
  expect(chooseState([run(9), run(8), run(7, whole)])).toEqual({ kind: 'restore', number: 7 });
  expect(chooseState([run(9), run(8, { state: { final: false } })])).toEqual({ kind: 'restore', number: 8 });
});

test('the very first tick has none, nor has the first that succeeds', () => {
  expect(chooseState([run(1)])).toEqual({ kind: 'first' });
  expect(chooseState([run(3), run(2), run(1)])).toEqual({ kind: 'first' });
});

test.each([
  ['a run is gone', [run(9), run(7, whole)], 'run 8 of the workflow is gone'],
  ['several are gone', [run(9), run(8), run(4, whole)], 'runs 5 to 7 of the workflow are gone'],
  ['all before are gone', [run(3)], 'runs 1 to 2 of the workflow are gone'],
  [
    'a tick that ended well has left nothing',
    [run(9), run(8, { succeeded: true }), run(7, whole)],
    'run 8 of the workflow succeeded',
  ],
  [
    'its last state is gone, and one before is not',
    [run(9), run(8, { succeeded: true, state: { final: false } })],
    'the last state of run 8',
  ],
])('it refuses to go back where %s', (_, runs, why) => {
  expect(chooseState(runs)).toEqual({ kind: 'refuse', why: expect.stringContaining(why) });
});

test('whatever is deleted of what ended well, the state before it is never gone on from', () => {
  const history = fc.array(fc.constantFrom('well', 'lost', 'skipped'), { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(history, fc.nat(11), fc.constantFrom('run', 'state'), (kinds, which, what) => {
      const newest = kinds.lastIndexOf('well');
      fc.pre(newest >= 0);
      const at = which % kinds.length;
      const runs = [...kinds.entries()].flatMap(([i, kind]) => {
        if (i === at && what === 'run') return [];
        const state = kind === 'skipped' || i === at ? null : { final: kind === 'well' };
        return [run(i + 1, { succeeded: kind === 'well', state })];
      });
      const choice = chooseState([run(kinds.length + 1), ...runs.reverse()]);
      if (choice.kind === 'restore') expect(choice.number).toBeGreaterThanOrEqual(newest + 1);
      else expect(choice.kind).toBe('refuse');
    }),
  );
});
