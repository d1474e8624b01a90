/** The content of a file without the fix and with it; null where it is not there. */
export interface Version {
  readonly before: string | null;
  readonly after: string | null;
}

const DECLARES = /\b(?:const|let|var|function|class|def)\s+([\p{L}_$][\p{L}\p{N}_$]*)/gu;

/** What of a fix a statement must not say, and what it has to. */
export interface Answer {
  /** Lines that the fix adds to the source, without blanks; only such as are code rather than a bracket. */
  readonly lines: ReadonlySet<string>;
  /** Names that only the fix brings. */
  readonly names: ReadonlySet<string>;
  /** Names that the fix brings and the tests use: no solution can do without, so whoever solves the task is told. */
  readonly asked: readonly string[];
  /** Names of tests that the commit adds, long enough to be told from other words. */
  readonly tests: readonly string[];
  /** Paths and names of the files of tests. */
  readonly files: readonly string[];
}

const NAME = /[\p{L}_$][\p{L}\p{N}_$]{3,}/gu;
const WORDS_OF_LANGUAGES = new Set(
  'function return const typeof instanceof export import default class extends await async yield while break continue switch throw catch finally delete void null true false undefined this super static from require module exports None True False elif except pass raise lambda with print self string number boolean unknown never readonly interface type enum Object Array String Number Promise Error'.split(
    ' ',
  ),
);
/** Letters of a line without its blanks, below which it is nobody's answer. */
const LEAST_LINE = 12;

/** Blanks taken out, so that no other layout hides a line. */
export function squashed(text: string): string {
  return text.replace(/\s+/g, '');
}

function addedLines({ before, after }: Version): readonly string[] {
  const known = new Set((before ?? '').split('\n').map((line) => line.trim()));
  return (after ?? '').split('\n').filter((line) => !known.has(line.trim()));
}

function namesIn(text: string): readonly string[] {
  return (text.match(NAME) ?? []).filter((name) => !WORDS_OF_LANGUAGES.has(name));
}

/** A comment is prose, and may be the very words of the statement; code is not. */
function withoutComment(line: string): string {
  return /^\s*(?:\/\/|\/?\*|#|""")/.test(line) ? '' : line;
}

/** Texts of a line are words, and no names. */
function withoutTexts(line: string): string {
  return line.replace(/'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"/g, "''");
}

const TEST_NAME =
  /(?:^|[^\w.])(?:test|it|describe|suite|specify|t\.test)(?:\.\w+)*\s*\(\s*(?:'((?:[^'\\]|\\.)+)'|"((?:[^"\\]|\\.)+)"|`([^`$]+)`)|^\s*(?:async\s+)?def\s+(test\w+)|^\s*class\s+(Test\w+|\w+Tests?)\b/;

/**
 * @param known every name in the parent's files
 * @param tests with the paths they lie at
 */
export function answerOf(
  known: ReadonlySet<string>,
  source: readonly Version[],
  tests: readonly (Version & { readonly path: string })[],
): Answer {
  const added = source.flatMap(addedLines);
  const lines = added
    .map((line) => squashed(withoutComment(line)))
    .filter((line) => line.length >= LEAST_LINE && /[=(){};:[\].]/.test(line));
  const names = new Set(
    added.flatMap((line) => namesIn(withoutTexts(withoutComment(line)))).filter((name) => !known.has(name)),
  );
  const inTests = tests.flatMap(addedLines);
  // Texts of tests are prose as well as names of options.
  const used = new Set([
    ...inTests.flatMap(namesIn).filter((name) => !isWord(name)),
    ...inTests.flatMap((line) => namesIn(withoutTexts(line))),
  ]);
  const own = new Set(inTests.flatMap((line) => [...line.matchAll(DECLARES)].map((match) => match[1]!)));
  const asked = [...names].filter((name) => used.has(name) && !own.has(name)).toSorted();
  const titles = inTests.flatMap(
    (line) =>
      TEST_NAME.exec(line)
        ?.slice(1)
        .find((name) => name !== undefined) ?? [],
  );
  return {
    lines: new Set(lines),
    names: new Set([...names].filter((name) => !used.has(name))),
    asked,
    tests: [...new Set(titles)].filter(
      (title) => /\w_\w|^test[A-Z_]/.test(title) || title.trim().split(/\s+/).length >= 3,
    ),
    files: [...new Set(tests.flatMap(({ path }) => [path, path.slice(path.lastIndexOf('/') + 1)]))].filter(
      (file) => file.includes('/') || /test|spec/i.test(file),
    ),
  };
}

/** Every name in a text, for `answerOf`. */
export function collectNames(text: string, into: Set<string>): void {
  for (const name of namesIn(text)) into.add(name);
}

/** What of the answer a text gives away, in a few words; null for nothing. */
export function leakIn(text: string, answer: Answer): string | null {
  const commit = /(?<![\w-])(?=[0-9a-f]*[0-9])(?=[0-9a-f]*[a-f])[0-9a-f]{7,40}(?![\w-])/i.exec(text);
  if (commit) return `the commit ${commit[0]}`;
  const link = /https?:\/\/\S*\/(?:commits?|pull|pulls|compare|merge_requests)\/\S*/.exec(text);
  if (link) return `a link to the fix: ${link[0]}`;
  const solid = squashed(text);
  const line = [...answer.lines].find((one) => solid.includes(one));
  if (line !== undefined) return `a line of the fix: ${line}`;
  const name = (text.match(NAME) ?? []).find((one) => answer.names.has(one) && isCode(text, one));
  if (name !== undefined) return `a name that only the fix brings: ${name}`;
  const file = answer.files.find((one) => text.includes(one));
  if (file !== undefined) return `a file of tests: ${file}`;
  const plain = wordsOf(text);
  const title = answer.tests.find((one) => plain.includes(wordsOf(one)));
  return title === undefined ? null : `the name of a test: ${title}`;
}

/** A name may be a word like others; one that is written as code is none. */
function isCode(text: string, name: string): boolean {
  if (!isWord(name)) return true;
  return new RegExp(`[\`.]${name}\\b|\\b${name}(?:\`|\\()`).test(text);
}

function isWord(name: string): boolean {
  return /^\p{Lu}?\p{Ll}+$/u.test(name);
}

function wordsOf(text: string): string {
  return ` ${(text.toLowerCase().match(/[\p{L}\p{N}_]+/gu) ?? []).join(' ')} `;
}
