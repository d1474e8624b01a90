/** A kind of file that tells a runner what to do, and much else. */
interface Kind {
  readonly name: RegExp;
  /** The text with its runner's part as another text of the file has it; `null` where that cannot be told apart. */
  readonly merge: (text: string, trusted: string) => string | null;
}

/** Fields of package.json that a test runner, or what starts it, reads; with the prefixes of others. */
const PACKAGE_FIELDS =
  /^(scripts|jest|vitest|mocha|ava|nyc|c8|tap|babel|swc|karma|jasmine|cypress|config|packageManager|pnpm|volta|testcafe|nx|wireit|browserify|esm|standard|ts-node|jest-.*|prejest|cucumber)$/;
const KINDS: readonly Kind[] = [
  { name: /^package\.json$/, merge: json(PACKAGE_FIELDS) },
  { name: /^composer\.json$/, merge: json(/^(scripts|scripts-.*|config)$/) },
  { name: /^tsconfig[\w.-]*\.json$/, merge: json(/^(ts-node|mocha|tsx|extends)$/) },
  { name: /^deno\.jsonc?$/, merge: json(/^(tasks|test|bench|unstable)$/) },
  {
    name: /^pyproject\.toml$/,
    merge: sections(
      toml,
      /^tool\.(pytest|coverage|tox|nox|nose|hatch\.envs|pdm\.scripts|poe|taskipy|ward|green)|pytest11/,
      /^\s*["'\w.-]*\b(pytest|pytest11|coverage|tox|ini_options|addopts)\b["'\w.-]*\s*[.=]|^\s*\[.*\b(pytest|pytest11|coverage|tox)\b|\btool\s*=|entry-points\s*=|\\[uU]/,
    ),
  },
  {
    name: /^setup\.cfg$/,
    merge: sections(
      ini,
      /^(tool:pytest|pytest|coverage\b.*|nosetests|aliases|tox\b.*|testenv.*|test|green|isolated_build)$/,
      /pytest11|^\s*addopts\s*=/,
    ),
  },
  {
    name: /^Cargo\.toml$/,
    merge: sections(
      toml,
      /^(test|bench|profile\b.*|target\..*\.runner|.*metadata\.nextest.*)$/,
      /^\s*["']?(harness|test|doctest|bench|build|autotests|autobins|autoexamples|links|proc-macro|crate-type|path|rustflags)["']?\s*=|^\s*\[.*\b(test|bench|profile)\b|\\[uU]/,
    ),
  },
  { name: /^setup\.py$/, merge: (text, trusted) => (/pytest11/.test(text) && !/pytest11/.test(trusted) ? null : text) },
  {
    name: /_test\.go$/,
    merge: (text, trusted) => (text.match(TEST_MAIN)?.[0] === trusted.match(TEST_MAIN)?.[0] ? text : null),
  },
];
const TEST_MAIN = /^func\s+TestMain\s*\([\s\S]*?^\}/m;

export function hasRunnerPart(path: string): boolean {
  return kindOf(path) !== undefined;
}

/**
 * A changed file with what configures the test runner as a trusted text of the file has it: the base commit's, or the one that
 * the reference fix makes. Text that keeps to one of them is given back as it is; where the parts cannot be told apart, the last
 * trusted text is the answer.
 *
 * @param trusted texts that may be kept to; `null` for no file
 */
export function withTrustedRunnerPart(path: string, text: string, trusted: readonly (string | null)[]): string | null {
  const kind = kindOf(path);
  if (!kind) return text;
  const merged = trusted.map((one) => kind.merge(text, one ?? ''));
  if (merged.includes(text)) return text;
  return merged.at(-1) ?? trusted.at(-1) ?? null;
}

/** Whether a build file differs from another only by naming sources. */
export function namesSourcesOnly(text: string, trusted: string): boolean {
  const count = (words: readonly string[]) => {
    const counts = new Map<string, number>();
    for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
    return counts;
  };
  const words = (source: string) => source.split(/[\s()]+/).filter((word) => word !== '' && word !== '\\');
  const [before, after] = [count(words(trusted)), count(words(text))];
  if ([...before].some(([word, times]) => (after.get(word) ?? 0) < times)) return false;
  return [...after].every(
    ([word, times]) =>
      times === (before.get(word) ?? 0) || /^[\w./-]+\.(c|cc|cpp|cxx|h|hh|hpp|o|lo|obj|y|l)$/.test(word),
  );
}

function kindOf(path: string): Kind | undefined {
  const name = path.split('/').at(-1)!;
  return KINDS.find((kind) => kind.name.test(name));
}

function json(fields: RegExp): Kind['merge'] {
  return (text, trusted) => {
    const [now, before] = [parsed(text), parsed(trusted)];
    if (now === undefined) return null;
    const of = (value: Record<string, unknown>) => Object.entries(value).filter(([key]) => fields.test(key));
    const part = (value: Record<string, unknown>) => JSON.stringify(of(value).sort(([a], [b]) => (a < b ? -1 : 1)));
    if (part(now) === part(before ?? {})) return text;
    const rest = Object.entries(now).filter(([key]) => !fields.test(key));
    return `${JSON.stringify(Object.fromEntries([...rest, ...of(before ?? {})]), undefined, 2)}\n`;
  };
}

/** Comments and trailing commas, which some readers of JSON allow. */
function withoutComments(text: string): string {
  return text
    .replace(/("(?:[^"\\]|\\.)*")|\/\/[^\n]*|\/\*[\s\S]*?\*\//g, (_, string: string | undefined) => string ?? '')
    .replace(/("(?:[^"\\]|\\.)*")|,(?=\s*[}\]])/g, (_, string: string | undefined) => string ?? '');
}

function parsed(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(withoutComments(text.replace(/^\ufeff/, '')));
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

interface Section {
  readonly name: string;
  readonly text: string;
}

/** @param telling lines that may configure the runner wherever they stand; none may be new */
function sections(split: (text: string) => readonly Section[], runner: RegExp, telling: RegExp): Kind['merge'] {
  return (text, trusted) => {
    const part = (source: string) => split(source).filter(({ name }) => runner.test(name));
    const written = (some: readonly Section[]) => some.map((section) => section.text.trimEnd()).join('\n');
    const kept = split(text).filter(({ name }) => !runner.test(name));
    const known = new Set(trusted.split('\n').map((line) => line.trim()));
    const lines = kept.flatMap((section) => section.text.split('\n'));
    if (lines.some((line) => telling.test(line) && !known.has(line.trim()))) return null;
    if (written(part(text)) === written(part(trusted))) return text;
    return [...kept, ...part(trusted)].map((section) => section.text.replace(/([^\n])$/, '$1\n')).join('');
  };
}

function ini(text: string): readonly Section[] {
  return cut(text, (line) => /^\[([^\]]*)\]/.exec(line)?.[1]?.trim());
}

/** Headers inside of texts over several lines are none. */
function toml(text: string): readonly Section[] {
  let open: string | undefined;
  return cut(text, (line) => {
    const inside = open !== undefined;
    for (const [quotes] of line.matchAll(/"""|'''/g))
      open = open === undefined ? quotes : open === quotes ? undefined : open;
    if (inside) return undefined;
    const name = /^\s*\[\[?([^\]]*)\]?\]/.exec(line)?.[1];
    return name?.replace(/["'\s]/g, '');
  });
}

function cut(text: string, header: (line: string) => string | undefined): readonly Section[] {
  const found: { name: string; lines: string[] }[] = [{ name: '', lines: [] }];
  for (const line of text.split('\n')) {
    const name = header(line);
    if (name !== undefined) found.push({ name, lines: [] });
    found.at(-1)!.lines.push(line);
  }
  return found.map(({ name, lines }, i) => ({
    name,
    text: lines.join('\n') + (i < found.length - 1 && lines.length > 0 ? '\n' : ''),
  }));
}
