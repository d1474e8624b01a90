import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ideaKey } from './idea-key.ts';
import { isRepetition, type Proposal } from './proposal.ts';

/** Words that say something, each with forms of it. */
const FORMS = [
  ['retry', 'retries', 'retried', 'retrying'],
  ['limit', 'limits', 'limited', 'limiting'],
  ['cap', 'caps', 'capped', 'capping'],
  ['use', 'uses', 'used', 'using'],
  ['edit', 'edits', 'edited', 'editing'],
  ['test', 'tests', 'tested'],
  ['error', 'errors'],
  ['search', 'searches', 'searched', 'searching'],
  ['cache', 'caches', 'cached', 'caching'],
  ['message', 'messages'],
  ['pass', 'passes', 'passed', 'passing'],
  ['need', 'needs', 'needed'],
  ['100'],
  ['not'],
] as const;
const idea = fc.uniqueArray(fc.nat(FORMS.length - 1), { minLength: 1, maxLength: 6 });
const form = (word: number, pick: number) => FORMS[word]![pick % FORMS[word]!.length]!;
/** The idea in words: any order, forms, case, punctuation, and words that say nothing. */
const wordings = (words: readonly number[]) =>
  fc
    .tuple(
      fc.shuffledSubarray([...words], { minLength: words.length }),
      fc.array(fc.nat(), { minLength: words.length, maxLength: words.length }),
      fc.array(fc.constantFrom('the', 'of ', 'A', ', ', ' - ', ' '), {
        minLength: words.length,
        maxLength: words.length,
      }),
      fc.boolean(),
    )
    .map(([order, picks, between, loud]) => {
      const text = order.map((word, at) => `${between[at]} ${form(word, picks[at]!)}`).join(' ');
      return loud ? `${text.toUpperCase()}!` : text;
    });

test('an idea is the same in any order, case, form and punctuation, with or without words that say nothing', () => {
  const twice = idea.chain((words) => fc.tuple(wordings(words), wordings(words)));
  fc.assert(fc.property(twice, ([one, other]) => ideaKey(one) === ideaKey(other)));
});

test('another idea is another, by one word that says something', () => {
  const pair = fc.tuple(idea, idea).filter(([a, b]) => a.toSorted().join() !== b.toSorted().join());
  const both = pair.chain(([a, b]) => fc.tuple(wordings(a), wordings(b)));
  fc.assert(fc.property(both, ([one, other]) => ideaKey(one) !== ideaKey(other)));
});

test('words of any script count, and words that say nothing where there are no others', () => {
  expect(ideaKey('Größere Änderungen zuerst')).toBe('größere zuerst änderungen');
  expect(ideaKey('the')).not.toBe('');
  expect(ideaKey('!?')).toBe('');
});

const before = (more: Partial<Proposal>): Proposal => ({ from: 'here', ended: 'nothing', title: 'Try again', ...more });

test('a proposal repeats another by its title or by its idea, in other words too, also where that was cut', () => {
  const long = 'Reads the file again before it retries an edit that failed, with more lines around it';
  const told = before({ idea: long });
  expect(isRepetition(told, { title: 'TRYING again!' })).toBe(true);
  expect(isRepetition(told, { title: 'Wider context' })).toBe(false);
  const reworded = 'Before retrying the failed edit, read files again with more lines around';
  expect(
    isRepetition(
      before({ idea: 'It reads the file again, with more lines around, before a retry of edits that fail' }),
      { title: 'New', idea: reworded },
    ),
  ).toBe(true);
  expect(isRepetition(before({ idea: `${long.slice(0, 50)}…` }), { title: 'New', idea: long })).toBe(true);
  expect(isRepetition(before({ idea: `${long.slice(0, 50)}…` }), { title: 'New', idea: reworded })).toBe(false);
  expect(isRepetition(before({ from: 'other', ended: 'measured', idea: long }), { title: 'New', idea: long })).toBe(
    false,
  );
});
