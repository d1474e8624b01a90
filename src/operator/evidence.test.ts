import { expect, it } from 'vitest';
import { OPERATORS } from '../model/operator.ts';
import { selectEvidence } from './evidence.ts';
import { trajectory } from './trajectory.fixture.ts';

const failedA = trajectory('v3', 'a', 'unresolved');
const failedB = trajectory('v3', 'b', 'unresolved', { patch: '', signs: ['empty-patch'] });
const solvedC = trajectory('v3', 'c', 'resolved');
const donorA = trajectory('v5', 'a', 'resolved');

it('mutation takes one failed trajectory of the parent', () => {
  expect(selectEvidence('mutation', 'v3', null, [solvedC, donorA, failedA, failedB])).toEqual({
    operator: 'mutation',
    failed: failedA,
  });
});

it('reaction-norm takes several tasks of the parent, failures first, and nothing of others', () => {
  expect(selectEvidence('reaction-norm', 'v3', 'v5', [solvedC, donorA, failedA, failedB])).toEqual({
    operator: 'reaction-norm',
    trajectories: [failedA, failedB, solvedC],
  });
});

it('hybridization pairs a failure with the donor that solved the same task', () => {
  expect(selectEvidence('hybridization', 'v3', 'v5', [failedB, failedA, donorA])).toEqual({
    operator: 'hybridization',
    failed: failedA,
    solved: donorA,
  });
});

it('a failure of an ancestor stands in for one of the parent, and is marked as earlier', () => {
  const inherited = trajectory('v1', 'a', 'unresolved');
  expect(selectEvidence('mutation', 'v3', null, [inherited])).toEqual({
    operator: 'mutation',
    failed: { ...inherited, earlier: true },
  });
  expect(() => selectEvidence('stochasticity', 'v3', null, [inherited, inherited])).toThrow('needs outcomes of v3');
});

it('the special entries take what they are named after', () => {
  const over = trajectory('v3', 'd', 'unresolved', { signs: ['context-overflow'] });
  const all = [failedA, failedB, solvedC, over];
  expect(selectEvidence('empty-patch', 'v3', null, all)).toEqual({ operator: 'empty-patch', empty: [failedB] });
  expect(selectEvidence('context-overflow', 'v3', null, all)).toEqual({
    operator: 'context-overflow',
    overflowed: over,
  });
  expect(selectEvidence('stochasticity', 'v3', null, [failedA, solvedC])).toEqual({
    operator: 'stochasticity',
    outcomes: [
      { task: 'a', verdict: 'unresolved' },
      { task: 'c', verdict: 'resolved' },
    ],
  });
});

it('believes what the host noticed, not what an agent says', () => {
  const pretends = trajectory('v3', 'a', 'unresolved', {
    patch: '',
    transcript: 'context_length_exceeded',
    conversation: 'context_length_exceeded',
  });
  for (const operator of ['empty-patch', 'context-overflow'] as const)
    expect(() => selectEvidence(operator, 'v3', null, [pretends])).toThrow(`The operator ${operator} needs`);
});

it.each(OPERATORS)('%s says what it lacks', (operator) => {
  const useless = [trajectory('v5', 'a', 'unresolved'), trajectory('v3', 'z', 'infrastructure')];
  expect(() => selectEvidence(operator, 'v3', 'v5', useless)).toThrow(`The operator ${operator} needs`);
});
