import type { FileEntry } from '../../model/file.ts';
import type { Exercise } from './exercise.ts';
import type { Language } from './language.ts';

const ASSERTION = /assert|expect|require|check|isEqualTo|toEqual|toBe|want|result|output/i;
/** Lines whose literals mean something else than data. */
const STRUCTURE =
  /^\s*(?:#|import\b|from\b|package\b|use\b|module\b|const .*require\(|@|\/\/|\*|TEST_CASE|test\(|xtest\(|it\(|xit\(|describe\(|xdescribe\(|def |fn |func |class |public |void |mod |"[\w./-]+"$)/;
const STRING = /"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'/g;
const LITERAL =
  /"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|\b(?:true|false|True|False)\b|(?<![\w.])\d+(?:_\d+)*(?![\w.>])/g;

/** An exercise's hidden files, those that run with false expectations. */
export function mutated(exercise: Exercise, everywhere: boolean): readonly FileEntry[] {
  const data = (path: string) => exercise.testPaths.includes(path) || path.endsWith('_test.go');
  return exercise.tests.map((file) =>
    data(file.path)
      ? {
          ...file,
          content: Buffer.from(mutateTest(exercise.language, Buffer.from(file.content).toString(), everywhere)),
        }
      : file,
  );
}

/**
 * A copy of a test file with false expectations: the last literal of each line is changed, a string gets a letter more, a
 * number becomes the next one, a truth value the other. First only on lines that look like assertions; with `everywhere`, on
 * every line that holds data.
 */
export function mutateTest(language: Language, text: string, everywhere: boolean): string {
  return text
    .split('\n')
    .map((line) => {
      if (STRUCTURE.test(line) || !(everywhere || ASSERTION.test(line.replace(STRING, '')))) return line;
      const last = [...line.matchAll(LITERAL)].filter(([literal]) => mutable(language, literal)).at(-1);
      if (!last) return line;
      return line.slice(0, last.index) + mutate(last[0]) + line.slice(last.index + last[0].length);
    })
    .join('\n');
}

/** Single quotes hold characters, not texts, in some languages. */
function mutable(language: Language, literal: string): boolean {
  return !literal.startsWith("'") || language === 'python' || language === 'javascript';
}

const OTHER: Readonly<Record<string, string>> = { true: 'false', false: 'true', True: 'False', False: 'True' };

function mutate(literal: string): string {
  if (/^["']/.test(literal)) return `${literal.slice(0, -1)}x${literal.at(-1)}`;
  return OTHER[literal] ?? String(BigInt(literal.replaceAll('_', '')) + 1n);
}
