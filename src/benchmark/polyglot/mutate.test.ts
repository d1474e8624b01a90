import { expect, test } from 'vitest';
import { mutateTest } from './mutate.ts';

test('of an assertion the last literal changes', () => {
  expect(mutateTest('python', '    self.assertEqual(add("a", 2), 3)', false)).toBe(
    '    self.assertEqual(add("a", 2), 4)',
  );
  expect(mutateTest('javascript', "  expect(f('x')).toEqual('y z');", false)).toBe("  expect(f('x')).toEqual('y zx');");
  expect(mutateTest('java', '    assertThat(x.is(7)).isEqualTo(true);', false)).toBe(
    '    assertThat(x.is(7)).isEqualTo(false);',
  );
  expect(mutateTest('rust', '    assert_eq!(f(1_000), 2_000);', false)).toBe('    assert_eq!(f(1_000), 2001);');
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
    expect(mutateTest('cpp', line, false)).toBe(line);
});

test('data in tables changes only when asked to', () => {
  const line = '\t{"description", 1, "text"},';
  expect(mutateTest('go', line, false)).toBe(line);
  expect(mutateTest('go', line, true)).toBe('\t{"description", 1, "textx"},');
});
