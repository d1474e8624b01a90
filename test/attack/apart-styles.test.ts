import { expect } from 'vitest';
import { attack } from './attack.ts';
import { attemptApart, file } from './tasks.ts';

attack(
  {
    number: 268,
    family: 'forge',
    name: 'control: usual styles of right solutions cross to tests apart',
    answer: 'prevented',
    defence: 'data, classes, generators, closures and errors cross',
  },
  async () => {
    const python = await attemptApart(
      'pytest',
      [
        file(
          'double.py',
          `from collections import namedtuple
from dataclasses import dataclass
Pair = namedtuple("Pair", "first second")
@dataclass
class Item:
    name: str
    count: int = 1
    def more(self): self.count += 1
class Shelf:
    def __init__(self): self.items = []
    def __len__(self): return len(self.items)
    def __iter__(self): return iter(self.items)
    def __enter__(self): return self
    def __exit__(self, *_): self.items.clear()
    def add(self, *names, **counts): self.items += [*names, *counts.items()]
class Missing(KeyError):
    def __init__(self, name):
        super().__init__(f"no {name}")
        self.name = name
class Span:
    def __init__(self, n): self.n = n
    def __add__(self, other): return Span(self.n + other.n)
    def __mul__(self, by): return Span(self.n * by)
    def __abs__(self): return abs(self.n)
def pair(): return Pair(1, 2)
def count(n): yield from range(n)
def counter(total=0):
    def add(by=1):
        nonlocal total
        total += by
        return total
    return add
def find(name): raise Missing(name)
`,
        ),
      ],
      {
        tests: [
          file(
            'tests/test_double.py',
            `import double
import pytest

def test_it():
    assert double.pair() == (1, 2) and double.pair().second == 2
    item = double.Item("a", count=2)
    item.more()
    assert (item.name, item.count) == ("a", 3)
    shelf = double.Shelf()
    with shelf:
        shelf.add("x", y=1)
        assert len(shelf) == 2 and list(shelf) == ["x", ("y", 1)]
    assert len(shelf) == 0
    with pytest.raises(double.Missing, match="no z") as caught:
        double.find("z")
    assert caught.value.name == "z" and isinstance(caught.value, KeyError)
    assert (double.Span(1) + double.Span(2)).n == 3 and abs(double.Span(-4)) == 4 and (double.Span(2) * 3).n == 6
    assert list(double.count(3)) == [0, 1, 2]
    add = double.counter(5)
    assert (add(), add(by=4)) == (6, 10)
`,
          ),
        ],
        expected: ['tests/test_double.py::test_it'],
      },
    );
    expect(python).toMatchObject({ verdict: 'resolved' });
    const node = await attemptApart(
      'node',
      [
        file(
          'double.ts',
          `export class Missing extends Error { name = 'Missing'; key: string; constructor(key: string) { super('no ' + key); this.key = key; } }
export class Lazy extends Error { get message() { return 'made late'; } }
export class Animal { called: string; constructor(called: string) { this.called = called; } speak() { return this.called + '?'; } }
export class Dog extends Animal { speak() { return super.speak() + '!'; } get size() { return 4; } }
export default function* count(n: number) { for (let i = 0; i < n; i++) yield i; }
export const fail = (kind: string) => { throw kind === 'lazy' ? new Lazy() : new Missing(kind); };
export const later = async (n: number) => { await new Promise((done) => setTimeout(done, 10)); return n; };
export const sort = (list: number[]) => void list.sort();
export const retry = (work: () => number) => { for (;;) try { return work(); } catch {} };
`,
        ),
      ],
      {
        tests: [
          file(
            'tests/double.test.ts',
            `import test from 'node:test';
import assert from 'node:assert/strict';
import count, { Animal, Dog, fail, later, Missing, retry, sort } from '../double.ts';
test('it', async () => {
  assert.deepEqual([...count(3)], [0, 1, 2]);
  const dog = new Dog('a');
  assert.ok(dog instanceof Animal);
  assert.equal(dog.speak() + dog.size, 'a?!4');
  assert.throws(() => fail('x'), (error: any) => error instanceof Missing && error.key === 'x' && error.message === 'no x');
  assert.throws(() => fail('lazy'), /made late/);
  assert.equal(await later(5), 5);
  const list = [3, 1];
  sort(list);
  assert.deepEqual(list, [1, 3]);
  let tries = 0;
  assert.equal(retry(() => { if (++tries < 3) throw new Error('again'); return tries; }), 3);
});
`,
          ),
        ],
        expected: ['tests/double.test.ts > it'],
      },
    );
    expect(node).toMatchObject({ verdict: 'resolved' });
    return 'resolved';
  },
);
