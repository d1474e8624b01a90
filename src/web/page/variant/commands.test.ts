import { expect, test } from 'vitest';
import { runDocument } from '../../../../test/support/run-document.ts';
import { commandsFor } from './commands.ts';

const { view } = runDocument({ variants: 3, tasks: 3, evaluations: 9 });
const searching = { ...view, status: 'searching', outcome: null } as const;
const ended = (kind: NonNullable<typeof view.outcome>['kind']) =>
  ({ ...view, status: 'ended', outcome: { kind, reason: 'x' } }) as const;
const measured = { variant: 'v2', state: 'measured', from: 0 } as const;
const root = { variant: 'v0', state: 'root', from: null } as const;

test('a search offers what may be done with a variant, and its root is neither pruned nor promoted', () => {
  expect(commandsFor(searching, measured)).toEqual(['evaluate v2', 'expand v2', 'prune v2', 'promote v2']);
  expect(commandsFor(searching, root)).toEqual(['evaluate v0', 'expand v0']);
  for (const state of ['being made', 'could not be made', 'tampered', 'pruned'] as const)
    expect(commandsFor(searching, { ...measured, state })).toEqual([]);
  expect(commandsFor({ ...searching, status: 'held-out' }, measured)).toEqual([]);
});

test('once a run has ended, evidence may be bought where nothing passed, and the offered variant released', () => {
  expect(commandsFor(ended('nothing'), measured)).toEqual(['prove v2']);
  expect(commandsFor(ended('nothing'), root)).toEqual([]);
  expect(commandsFor(ended('offered'), measured)).toEqual([]);
  expect(commandsFor(ended('offered'), { ...measured, state: 'offered' })).toEqual(['promote v2']);
  expect(commandsFor(ended('merged'), measured)).toEqual([]);
});
