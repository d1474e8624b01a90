import test from 'node:test';
import assert from 'node:assert/strict';
import { tokens } from '../tokens.ts';

const short = (text: string) => tokens(text).map(({ kind, text, at }) => `${kind[0]}:${text}@${at}`);

test("operators", () => {
  assert.deepEqual(short('a<=b==-1->c'), ['n:a@0', 'o:<=@1', 'n:b@3', 'o:==@4', 'o:-@6', 'n:1@7', 'o:->@8', 'n:c@10']);
  assert.deepEqual(short('f(x,y)'), ['n:f@0', 'o:(@1', 'n:x@2', 'o:,@3', 'n:y@4', 'o:)@5']);
});

test("numbers", () => {
  assert.deepEqual(short('12 3.50 .25 1_0 0xff'), ['n:12@0', 'n:3.5@3', 'n:0.25@8', 'n:10@12', 'n:255@16']);
});

test("strings and remarks", () => {
  assert.deepEqual(short("'' 'a''b' // 'c\nd"), ['s:@0', "s:a'b@3", 'n:d@16']);
  assert.deepEqual(short(' // only'), []);
});

test("faults", () => {
  for (const [text, at] of [['a ! b', 2], ["x 'abc", 2], ['12ab', 2], ['1_', 1], ['a $', 2], ['5.', 1], ["'a\nb'", 0]] as const)
    assert.throws(() => tokens(text), (error: Error) => error instanceof SyntaxError && error.message.endsWith(` at ${at}`), text);
});
