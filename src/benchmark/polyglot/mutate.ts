import { createHash } from 'node:crypto';
import type { FileEntry } from '../../model/file.ts';
import type { Exercise } from './exercise.ts';
import type { Language } from './language.ts';

const ASSERTION = /assert|expect|require|check|isEqualTo|toEqual|toBe|want|result|output|\bvalid:/i;
/** Lines whose literals mean something else than data. */
const STRUCTURE =
  /^\s*(?:#|import\b|from\b|package\b|use\b|module\b|const .*require\(|@|\/\/|\*|TEST_CASE|test\(|xtest\(|it\(|xit\(|describe\(|xdescribe\(|def |fn |func |class |public |void |mod |"[\w./-]+"$)/;
const STRING = /"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'/g;
const LITERAL =
  /"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|\b(?:true|false|True|False)\b|(?<![\w.]|\w\[)\d+(?:_\d+)*(?:\.\d+)?(?![\w.>]|\][\w[])/g;

/** From the lines that most likely hold expectations to those that hold inputs too, with which code may never end. */
export const PLACES = ['assertions', 'lists', 'everywhere'] as const;

/** How tests are falsified: where, and by what secret. */
export interface Mutation {
  /** Which lines are changed: those that look like assertions, those that list several literals, or all that hold data. */
  readonly where: (typeof PLACES)[number];
  /** Decides which letter of a text becomes which other one; who does not know it cannot tell a false text by its form. */
  readonly salt: string;
}

/** An exercise's hidden files, those that run with false expectations. */
export function mutated(exercise: Exercise, mutation: Mutation): readonly FileEntry[] {
  const data = (path: string) => exercise.testPaths.includes(path) || path.endsWith('_test.go');
  return exercise.tests.map((file) =>
    data(file.path)
      ? { ...file, content: Buffer.from(mutateTest(exercise.language, Buffer.from(file.content).toString(), mutation)) }
      : file,
  );
}

/**
 * A copy of a test file with false expectations: the last literal of each line is changed. A text gets one letter or digit
 * replaced by another, a number becomes the next one, a truth value the other. A text is as long as before and looks like
 * before, so that code under test that reads the tests cannot know by their form which ones it has been given.
 */
export function mutateTest(language: Language, text: string, { where, salt }: Mutation): string {
  return text
    .split('\n')
    .map((line, number) => {
      if (STRUCTURE.test(line)) return line;
      if (where === 'assertions' && !ASSERTION.test(line.replace(STRING, ''))) return line;
      const literals = [...line.matchAll(LITERAL)].filter(([literal]) => mutable(language, literal));
      const last = literals.at(-1);
      if (!last || (where === 'lists' && literals.length < 2)) return line;
      const draw = drawing(`${salt}\0${number}\0${line}`);
      return line.slice(0, last.index) + mutate(last[0], draw) + line.slice(last.index + last[0].length);
    })
    .join('\n');
}

/** The last literal of a line, or the one `before` it, or `null` where it holds none. */
export function lastLiteral(line: string, before: number): string | null {
  return [...line.matchAll(LITERAL)].at(-1 - before)?.[0] ?? null;
}

/** A line whose last literal behind `from`, or the one `before` it, is another one, or `null` where it holds none. */
export function changeLast(line: string, from: number, before: number, draw: (limit: number) => number): string | null {
  const last = [...line.slice(from).matchAll(LITERAL)].at(-1 - before);
  if (!last) return null;
  const at = from + last.index;
  return line.slice(0, at) + mutate(last[0], draw) + line.slice(at + last[0].length);
}

/** Numbers from 0 to below a limit, one after the other, that follow from a text alone. */
function drawing(seed: string): (limit: number) => number {
  const bytes = createHash('sha256').update(seed).digest();
  let at = 0;
  return (limit) => bytes.readUInt32BE((at++ % 8) * 4) % limit;
}

/** Single quotes hold characters, not texts, in some languages. */
function mutable(language: Language, literal: string): boolean {
  return !literal.startsWith("'") || language === 'python' || language === 'javascript';
}

const OTHER: Readonly<Record<string, string>> = { true: 'false', false: 'true', True: 'False', False: 'True' };
const CLASSES = ['abcdefghijklmnopqrstuvwxyz', 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', '0123456789'];
/** What is more than the letters it is written with: escapes, ranges of letters, and where values are put in. */
const SPECIAL =
  /\\(?:u\{[^}]*\}|u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|[0-7]{1,3}|.)|\{[^}]*\}|\[[^\]]*\w-\w[^\]]*\]|%[-+ #0-9.]*[a-zA-Z]/g;

function mutate(literal: string, draw: (limit: number) => number): string {
  if (/^["']/.test(literal)) return literal[0] + replaceOne(literal.slice(1, -1), draw) + literal.at(-1);
  const [whole, ...part] = literal.split('.');
  return OTHER[literal] ?? [BigInt(whole!.replaceAll('_', '')) + 1n, ...part].join('.');
}

function replaceOne(text: string, draw: (limit: number) => number): string {
  const plain = text.replace(SPECIAL, (special) => ' '.repeat(special.length));
  const places = [...plain.matchAll(/[a-zA-Z0-9]/g)].map(({ index }) => index);
  const [lower] = CLASSES;
  if (places.length === 0) return text + lower![draw(lower!.length)];
  // Not the first where there are others: many a right solution looks at the initial alone of a name it is given.
  const [first, ...rest] = places;
  const place = rest.length > 0 ? rest[draw(rest.length)]! : first!;
  const letters = CLASSES.find((letters) => letters.includes(text[place]!))!;
  const other = (letters.indexOf(text[place]!) + 1 + draw(letters.length - 1)) % letters.length;
  return text.slice(0, place) + letters[other] + text.slice(place + 1);
}
