import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Language } from '../../src/benchmark/polyglot/language.ts';
import { imageState } from '../../src/sandbox/setup/image.ts';

/** Words that stand in every test, and in every published answer. */
export const TEST_MARK = 'planted-in-the-tests';
export const ANSWER_MARK = 'planted-in-the-answer';
export const STATEMENT_MARK = 'planted-in-the-statement';

interface Miniature {
  readonly solution: string;
  readonly stub: string;
  readonly test: string;
  readonly tests: string;
  readonly example: string;
  readonly answer: string;
  readonly rest?: Readonly<Record<string, string>>;
}

/** One exercise for each language, laid out as the benchmark lays out its own: double a number. */
const MINIATURES: Record<Language, Miniature> = {
  cpp: {
    solution: 'twice.h',
    stub: '#pragma once\nnamespace twice {\ninline int twice(int) { return 0; }\n}\n',
    test: 'twice_test.cpp',
    tests: `#include "twice.h"
#ifdef EXERCISM_TEST_SUITE
#include <catch2/catch.hpp>
#else
#include "test/catch.hpp"
#endif
// ${TEST_MARK}
TEST_CASE("two") {
    REQUIRE(4 == twice::twice(2));
}
#if defined(EXERCISM_RUN_ALL_TESTS)
TEST_CASE("big") {
    REQUIRE(642 == twice::twice(321));
}
#endif
`,
    example: '.meta/example.h',
    answer: `#pragma once\n// ${ANSWER_MARK}\nnamespace twice {\ninline int twice(int n) { return 2 * n; }\n}\n`,
    rest: { 'CMakeLists.txt': 'project(twice)\n' },
  },
  go: {
    solution: 'twice.go',
    stub: 'package twice\n\nfunc Twice(n int) int { return 0 }\n',
    test: 'twice_test.go',
    tests: `package twice

import "testing"

// ${TEST_MARK}
func TestTwo(t *testing.T) {
	if want := 4; Twice(2) != want {
		t.Fatal("no")
	}
}

func TestBig(t *testing.T) {
	if want := 642; Twice(321) != want {
		t.Fatal("no")
	}
}
`,
    example: '.meta/example.go',
    answer: `package twice\n\n// ${ANSWER_MARK}\nfunc Twice(n int) int { return 2 * n }\n`,
    rest: { 'go.mod': 'module twice\n\ngo 1.18\n' },
  },
  java: {
    solution: 'src/main/java/Twice.java',
    stub: 'class Twice {\n  static int twice(int n) { return 0; }\n}\n',
    test: 'src/test/java/TwiceTest.java',
    tests: `import static org.assertj.core.api.Assertions.assertThat;
import org.junit.jupiter.api.Disabled;
import org.junit.jupiter.api.Test;
// ${TEST_MARK}
public class TwiceTest {
  @Test
  public void two() {
    assertThat(Twice.twice(2)).isEqualTo(4);
  }
  @Disabled("Remove to run test")
  @Test
  public void big() {
    assertThat(Twice.twice(321)).isEqualTo(642);
  }
}
`,
    example: '.meta/src/reference/java/Twice.java',
    answer: `// ${ANSWER_MARK}\nclass Twice {\n  static int twice(int n) { return 2 * n; }\n}\n`,
    rest: { 'build.gradle': 'test { ignoreFailures = false }\n' },
  },
  javascript: {
    solution: 'twice.js',
    stub: 'export const twice = (n) => 0;\n',
    test: 'twice.spec.js',
    tests: `// ${TEST_MARK}
import { twice } from './twice';
describe('twice', () => {
  test('two', () => {
    expect(twice(2)).toEqual(4);
  });
  xtest('big', () => {
    expect(twice(321)).toEqual(642);
  });
});
`,
    example: '.meta/proof.ci.js',
    answer: `// ${ANSWER_MARK}\nexport const twice = (n) => 2 * n;\n`,
    rest: { 'package.json': '{ "scripts": { "test": "jest" } }\n' },
  },
  python: {
    solution: 'twice.py',
    stub: 'def twice(n):\n    return 0\n',
    test: 'twice_test.py',
    tests: `# ${TEST_MARK}
import unittest
from twice import twice


class TwiceTest(unittest.TestCase):
    def test_two(self):
        self.assertEqual(twice(2), 4)

    def test_big(self):
        self.assertEqual(twice(321), 642)
`,
    example: '.meta/example.py',
    answer: `# ${ANSWER_MARK}\ndef twice(n):\n    return 2 * n\n`,
  },
  rust: {
    solution: 'src/lib.rs',
    stub: 'pub fn twice(_n: i32) -> i32 {\n    0\n}\n',
    test: 'tests/twice.rs',
    tests: `// ${TEST_MARK}
use twice::*;

#[test]
fn two() {
    assert_eq!(twice(2), 4);
}

#[test]
#[ignore]
fn big() {
    assert_eq!(twice(321), 642);
}
`,
    example: '.meta/example.rs',
    answer: `// ${ANSWER_MARK}\npub fn twice(n: i32) -> i32 {\n    2 * n\n}\n`,
    rest: { 'Cargo.toml': '[package]\nname = "twice"\nversion = "0.1.0"\nedition = "2021"\n\n[dependencies]\n' },
  },
};

/** An exercise whose tests expect texts. */
const SHOUT: Miniature = {
  solution: 'shout.py',
  stub: 'def shout(text):\n    return text\n',
  test: 'shout_test.py',
  tests: `import unittest
from shout import shout


class ShoutTest(unittest.TestCase):
    def test_word(self):
        self.assertEqual(shout("hello"), "HELLO!")

    def test_words(self):
        self.assertEqual(shout("who is there"), "WHO IS THERE!")
`,
  example: '.meta/example.py',
  answer: 'def shout(text):\n    return text.upper() + "!"\n',
};

/** Writes a checkout of the benchmark in miniature: an exercise for each language, `<language>-twice`, and `python-shout`. */
export function writeCheckout(root: string): void {
  for (const [language, miniature] of Object.entries(MINIATURES)) write(root, language, 'twice', miniature);
  write(root, 'python', 'shout', SHOUT);
}

function write(root: string, language: string, name: string, miniature: Miniature): void {
  const { solution, stub, test, tests, example, answer, rest } = miniature;
  const files: Record<string, string> = {
    '.meta/config.json': JSON.stringify({ files: { solution: [solution], test: [test], example: [example] } }),
    '.docs/instructions.md': `# Instructions\n\nMake the tests pass (${STATEMENT_MARK}).\n`,
    [solution]: stub,
    [test]: tests,
    [example]: answer,
    ...rest,
  };
  for (const [path, text] of Object.entries(files)) {
    const place = join(root, language, 'exercises', 'practice', name, path);
    mkdirSync(dirname(place), { recursive: true });
    writeFileSync(place, text);
  }
}

/** The polyglot image, or why there is none: it takes minutes and gigabytes, so that tests do not build it. */
export async function polyglotImage(socket: string | null): Promise<{ image: string } | { absent: string }> {
  const { reference, built } = await imageState({ socket }, 'polyglot');
  return built
    ? { image: reference }
    : { absent: `the image ${reference} is not built here; \`npm run -s huxley -- setup polyglot\` builds it` };
}
