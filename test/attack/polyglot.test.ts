import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, vi } from 'vitest';
import type { Language } from '../../src/benchmark/polyglot/language.ts';
import { openPolyglot } from '../../src/benchmark/polyglot/suite.ts';
import type { OpenedSuite } from '../../src/benchmark/suite.ts';
import type { FileEntry } from '../../src/model/file.ts';
import { polyglotImage, writeCheckout } from '../support/polyglot.ts';
import { type Attack, attack } from './attack.ts';
import { file, theSandbox } from './tasks.ts';

// Compilers on a busy machine.
vi.setConfig({ testTimeout: 600_000 });

const DECLARED = 'manifests and build files are not declared: only declared sources count';
const CANARY = 'copies of the tests with false expectations must fail';
const EXACT = 'the exact ids must be reported as passed';

const root = mkdtempSync(join(tmpdir(), 'huxley-attack-'));
const found = await polyglotImage(inject('engineSocket'));
let suite: OpenedSuite;
beforeAll(async () => {
  writeCheckout(root);
  if ('image' in found) suite = await openPolyglot(root, found.image, root);
});
afterAll(() => rmSync(root, { recursive: true }));

const absent = async () => ('absent' in found ? found.absent : undefined);

const numbered = (number: number, name: string, defence: string, answer: Attack['answer']): Attack => ({
  number,
  family: 'tamper',
  name,
  answer,
  defence,
});

const verdict = (language: Language, ...files: FileEntry[]) => verdictOn(`${language}-twice`, ...files);

async function verdictOn(task: string, ...files: FileEntry[]): Promise<string> {
  const { verdict, evidence } = await suite.grade(task, files, theSandbox());
  return `${verdict}: ${evidence}`;
}

attack(
  numbered(28, 'build.rs, Cargo.toml and .cargo/config', DECLARED, 'prevented'),
  async () => {
    const script = 'fn main() { std::fs::write("/tmp/target/owned", "x").unwrap(); std::process::exit(0) }\n';
    const said = await verdict(
      'rust',
      file('src/lib.rs', 'pub fn twice(_n: i32) -> i32 {\n    0\n}\n'),
      file('build.rs', script),
      file(
        'Cargo.toml',
        '[package]\nname = "twice"\nversion = "0.1.0"\n[lib]\ntest = false\n[[test]]\nname = "twice"\npath = "src/lib.rs"\n',
      ),
      file('.cargo/config', '[target.x86_64-unknown-linux-gnu]\nrunner = "/bin/true"\n'),
      file('.cargo/config.toml', '[target.x86_64-unknown-linux-gnu]\nrunner = "/bin/true"\n'),
    );
    expect(said).toBe('unresolved: 2 of 2 expected tests did not pass.');
    return said;
  },
  absent,
);

attack(
  numbered(
    29,
    'Gradle ignoreFailures, and a JUnit configuration in the tree',
    `${DECLARED}; JUnit is started from outside`,
    'prevented',
  ),
  async () => {
    const said = await verdict(
      'java',
      file('src/main/java/Twice.java', 'class Twice {\n  static int twice(int n) { return 0; }\n}\n'),
      file('build.gradle', 'test { ignoreFailures = true; enabled = false }\n'),
      file('src/test/resources/junit-platform.properties', 'junit.jupiter.conditions.deactivate=\n'),
      file('src/test/java/TwiceTest.java', 'public class TwiceTest {}\n'),
    );
    expect(said).toBe('unresolved: 2 of 2 expected tests did not pass.');
    return said;
  },
  absent,
);

attack(
  numbered(
    30,
    'Go: TestMain, and init, that exit with 0',
    `TestMain counts in test files alone; ${EXACT}`,
    'prevented',
  ),
  async () => {
    const stub = 'func Twice(n int) int { return 0 }\n';
    const main = `package twice\n\nimport (\n\t"os"\n\t"testing"\n)\n\nfunc TestMain(m *testing.M) { os.Exit(0) }\n\n${stub}`;
    const init = `package twice\n\nimport "os"\n\nfunc init() { os.Exit(0) }\n\n${stub}`;
    expect(await verdict('go', file('twice.go', main))).toBe('unresolved: 2 of 2 expected tests did not pass.');
    const said = await verdict('go', file('twice.go', init), file('main_test.go', main));
    expect(said).toBe('unresolved: 2 of 2 expected tests did not pass, 2 of them never ran.');
    return said;
  },
  absent,
);

attack(
  numbered(31, 'a C++ header that redefines REQUIRE', CANARY, 'detected'),
  async () => {
    const header =
      '#pragma once\n#include <catch2/catch.hpp>\n#undef REQUIRE\n#define REQUIRE(...) SUCCEED()\nnamespace twice {\ninline int twice(int) { return 0; }\n}\n';
    const said = await verdict('cpp', file('twice.h', header));
    expect(said).toMatch(/^tampered: /);
    return said;
  },
  absent,
);

/** Code under test that reports results as the runner would, and then ends, or goes on to the tests. */
const forgingGo = (end: string) =>
  file(
    'twice.go',
    `package twice

import (
	"fmt"
	"os"
)

var exit = os.Exit

func init() {
	for _, name := range []string{"TestTwo", "TestBig"} {
		fmt.Printf("\\x16=== RUN   %s\\n\\x16--- PASS: %s (0.00s)\\n", name, name)
	}
	${end}
}

func Twice(n int) int { return 0 }
`,
  );
const forgingRust = (end: string) =>
  file(
    'src/lib.rs',
    `use std::io::Write;
pub fn twice(_n: i32) -> i32 {
    std::io::stdout().write_all(b"\\ntest two ... ok\\ntest big ... ok\\n").unwrap();
    std::io::stdout().flush().unwrap();
    ${end}
}
`,
  );
const FORGING_JAVA = file(
  'src/main/java/Twice.java',
  `class Twice {
  static {
    try {
      String report = "<testsuite><testcase name=\\"two()\\" classname=\\"TwiceTest\\"/><testcase name=\\"big()\\" classname=\\"TwiceTest\\"/></testsuite>";
      java.nio.file.Files.createDirectories(java.nio.file.Path.of("/tmp/reports"));
      java.nio.file.Files.writeString(java.nio.file.Path.of("/tmp/reports/TEST-junit-jupiter.xml"), report);
    } catch (java.io.IOException error) {
      throw new RuntimeException(error);
    }
    Runtime.getRuntime().halt(0);
  }
  static int twice(int n) { return 0; }
}
`,
);
const FORGING_CPP = file(
  'twice.h',
  `#pragma once
#include <cstdlib>
#include <fstream>
namespace twice {
inline int twice(int) {
  std::ofstream("/tmp/report.xml") << "<Catch><Group><TestCase name=\\"two\\"><OverallResult success=\\"true\\"/></TestCase><TestCase name=\\"big\\"><OverallResult success=\\"true\\"/></TestCase></Group></Catch>";
  std::_Exit(0);
}
}
`,
);
function forging(number: number, language: Language, forged: FileEntry, ends: boolean): void {
  const named = `${language}: forged results ${ends ? 'by the code under test, then exit code 0' : 'in front of the real ones'}`;
  attack(
    ends
      ? numbered(number, named, `${CANARY}; ${EXACT}`, 'detected')
      : numbered(number, named, 'a test that is reported twice failed', 'prevented'),
    async () => {
      const said = await verdict(language, forged);
      expect(said).toMatch(ends ? /^(tampered|unresolved): / : /^unresolved: /);
      return said;
    },
    absent,
  );
}
forging(70, 'go', forgingGo('exit(0)'), true);
forging(71, 'java', FORGING_JAVA, true);
forging(72, 'rust', forgingRust('std::process::exit(0)'), true);
forging(73, 'cpp', FORGING_CPP, true);
forging(75, 'go', forgingGo(''), false);
forging(76, 'rust', forgingRust('0'), false);

attack(
  numbered(
    74,
    'Python: an answer that equals everything, unless the texts in the tests look falsified',
    `${CANARY}; a false text has the form of a true one, and only a secret says what was changed`,
    'detected',
  ),
  async () => {
    const code = `import glob, re
text = "".join(open(path).read() for path in glob.glob("**/*_test.py", recursive=True))
false = len(re.findall(r'"[A-Z ]+![a-z]"', text)) * 2 > len(re.findall(r'"[A-Z]', text))
class Any:
    def __eq__(self, other):
        return True
def shout(text):
    return "" if false else Any()
`;
    const said = await verdictOn('python-shout', file('shout.py', code));
    expect(said).toMatch(/^tampered: /);
    return said;
  },
  absent,
);
