import test from 'node:test';
import assert from 'node:assert/strict';
import { tokens } from '../tokens.ts';

const short = (text: string) => tokens(text).map(({ kind, text, at }) => `${kind[0]}:${text}@${at}`);

test("operators", () => {
  assert.deepEqual(short('a<=b==-1->c'), ['n:a@0', 'o:<=@1', 'n:b@3', 'o:==@4', 'o:-@6', 'n:1@7', 'o:-@8', 'n:c@10']);
  assert.deepEqual(short('f(x,y)'), ['n:f@0', 'o:(@1', 'n:x@2', 'o:,@3', 'n:y@4', 'o:)@5']);
});

test("strings and remarks", () => {
  assert.deepEqual(short("'' 'a''b' // 'c\nd"), ['s:@0', "s:a'b@3", 'n:d@15']);
  assert.deepEqual(short(' // only'), []);
});
