import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Language } from './language.ts';
import { type Mutation, mutateTest } from './mutate.ts';

const falsify = (language: Language, text: string, { where = 'assertions', salt = 'salt' }: Partial<Mutation> = {}) =>
  mutateTest(language, text, { where, salt });

test('of an assertion the last literal changes', () => {
  expect(falsify('python', '    self.assertEqual(add("a", 2), 3)')).toBe('    self.assertEqual(add("a", 2), 4)');
  expect(falsify('javascript', "  expect(f('x')).toEqual('y 7Z');")).toMatch(
    /^ {2}expect\(f\('x'\)\)\.toEqual\('y (?:[^7]Z|7[^Z])'\);$/,
  );
  expect(falsify('java', '    assertThat(x.is(7)).isEqualTo(true);')).toBe('    assertThat(x.is(7)).isEqualTo(false);');
  expect(falsify('rust', '    assert_eq!(f(1_000), 2_000);')).toBe('    assert_eq!(f(1_000), 2001);');
});

test('of a number with a fraction the whole part changes; the size of a type and an index stay', () => {
  expect(falsify('javascript', "    expect(age('mars', 1)).toEqual(35.88);")).toBe(
    "    expect(age('mars', 1)).toEqual(36.88);",
  );
  expect(falsify('rust', '    assert_eq!(f(2), 1.0f64);')).toBe('    assert_eq!(f(3), 1.0f64);');
  expect(falsify('go', '\t\texpected: map[string][2][2]int{')).toBe('\t\texpected: map[string][2][2]int{');
  expect(falsify('rust', '    assert!(decimal(BIGS[0]) != decimal(BIGS[1]));')).toBe(
    '    assert!(decimal(BIGS[0]) != decimal(BIGS[1]));',
  );
  expect(falsify('go', '\t\tvalid:       true,')).toBe('\t\tvalid:       false,');
});

test('names, imports and characters stay', () => {
  for (const line of [
    'TEST_CASE("expect 1") {',
    'test("expects 2", () => {',
    'import "want"',
    '\t"math/rand"',
    '  std::array<Plant, 4> expected{a, b, c, d};',
    "    REQUIRE(c == 'x');",
  ])
    expect(falsify('cpp', line)).toBe(line);
});

test('data in tables changes only when asked to', () => {
  const line = '\t{"description", 1, "text"},';
  expect(falsify('go', line)).toBe(line);
  expect(falsify('go', line, { where: 'lists' })).toMatch(/^\t\{"description", 1, "t(?!ext)[a-z]{3}"\},$/);
});

test('what stands alone changes last of all', () => {
  const line = '        "MMmMMMm",';
  for (const where of ['assertions', 'lists'] as const) expect(falsify('rust', line, { where })).toBe(line);
  expect(falsify('rust', line, { where: 'everywhere' })).not.toBe(line);
});

test('what stands for something else is left alone, and a text without letters gets one', () => {
  for (const text of ['%d', '\\u00e9\\n', '{name:?}', ' - ', '', '^[A-Z]{2}\\d{3}$', '\\x41', '%-5.2f'])
    expect(falsify('rust', `assert_eq!(f(), "${text}");`).replace(/[a-z]"\);$/, '"')).toBe(`assert_eq!(f(), "${text}"`);
});

test('a false text has the form of a true one, and which it is follows from the salt alone', () => {
  const form = (text: string) => text.replace(/[a-z]/g, 'a').replace(/[A-Z]/g, 'A').replace(/[0-9]/g, '0');
  fc.assert(
    fc.property(fc.stringMatching(/^[A-Za-z0-9 ,.:-]*[A-Za-z0-9][A-Za-z0-9 ,.:-]*$/), fc.string(), (text, salt) => {
      const line = `assert_eq!(f(), "${text}");`;
      const falsified = falsify('rust', line, { salt });
      expect(falsified).not.toBe(line);
      expect(form(falsified)).toBe(form(line));
      expect(falsify('rust', line, { salt })).toBe(falsified);
    }),
  );
  const line = 'assert_eq!(f(), "The quick brown fox jumps");';
  const ways = new Set(Array.from({ length: 50 }, (_, n) => falsify('rust', line, { salt: String(n) })));
  expect(ways.size).toBeGreaterThan(40);
});
