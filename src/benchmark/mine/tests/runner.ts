import { z } from 'zod';
import type { ReportPlace } from '../../grading/command.ts';
import { isPython } from '../history/paths.ts';

/** A command for the tests of one task: a shell line with `{files}`, run in a copy of the repository. */
export interface TestCommand {
  readonly runner: string;
  readonly line: string;
  readonly results: ReportPlace & { readonly file: string };
}

/** How a runner is told to write a report that is read test by test. */
interface Known {
  readonly name: string;
  readonly word: RegExp;
  readonly format: 'junit' | 'tap';
  readonly report: (line: string) => string;
}

const JUNIT = '"$HUXLEY_REPORT/junit.xml"';
const TAP = '"$HUXLEY_REPORT/report.tap"';
/** What becomes TAP by a script that lies among the hidden tests. */
export const TO_TAP = '.huxley-to-tap.mjs';

const KNOWN: readonly Known[] = [
  {
    name: 'vitest',
    word: /\bvitest\b/,
    format: 'junit',
    report: (line) => `${line} --reporter=junit --outputFile=${JUNIT}`,
  },
  {
    name: 'jest',
    word: /\bjest\b/,
    format: 'tap',
    report: (line) => `${line} --json --outputFile=/tmp/jest.json; node ${TO_TAP} jest < /tmp/jest.json > ${TAP}`,
  },
  {
    name: 'mocha',
    word: /\bmocha\b/,
    format: 'junit',
    report: (line) => `${line} --reporter xunit --reporter-option output=${JUNIT}`,
  },
  { name: 'ava', word: /\bava\b/, format: 'tap', report: (line) => `${line} --tap > ${TAP}` },
  { name: 'tape', word: /\btape\b/, format: 'tap', report: (line) => `${line} | node ${TO_TAP} tape > ${TAP}` },
  { name: 'tap', word: /\btap\b/, format: 'tap', report: (line) => `${line} --reporter=tap > ${TAP}` },
  {
    name: 'node',
    word: /\bnode\b.*\s--test\b/,
    format: 'tap',
    report: (line) => line.replace(/--test\b/, `--test --test-reporter=tap --test-reporter-destination=${TAP}`),
  },
  {
    name: 'pytest',
    word: /\bpytest\b/,
    format: 'junit',
    report: (line) => `${line} -p no:cacheprovider --junitxml=${JUNIT}`,
  },
  {
    name: 'unittest',
    word: /\bunittest\b/,
    format: 'junit',
    // It writes no report of its own; pytest runs its tests as they are.
    report: (line) => `${line.replace(/-m unittest\b/, '-m pytest')} -p no:cacheprovider --junitxml=${JUNIT}`,
  },
];

/** The command with its report; null where neither its runner is known nor does it say by `$HUXLEY_REPORT` where it writes one. */
export function withReport(command: string): TestCommand | null {
  const line = /\{files\}/.test(command) ? command : `${command} {files}`;
  const own = /\$\{?HUXLEY_REPORT\}?\/([\w.-]+\.(xml|tap|json))/.exec(command);
  if (own !== null) {
    const format = ({ xml: 'junit', tap: 'tap', json: 'ctrf' } as const)[own[2] as 'xml'];
    return { runner: 'own', line: command, results: { format, file: own[1]! } };
  }
  // The last step is the one that runs the tests.
  const steps = line.split(/(&&|;)/);
  const known = KNOWN.find(({ word }) => word.test(steps.at(-1)!));
  if (known === undefined) return null;
  const { name, format, report } = known;
  const file = format === 'junit' ? 'junit.xml' : 'report.tap';
  return { runner: name, line: [...steps.slice(0, -1), report(steps.at(-1)!)].join(''), results: { format, file } };
}

const manifestSchema = z.object({
  name: z.string().optional().catch(undefined),
  scripts: z.record(z.string(), z.string()).optional().catch(undefined),
  dependencies: z.record(z.string(), z.string()).optional().catch(undefined),
  devDependencies: z.record(z.string(), z.string()).optional().catch(undefined),
});

/** Commands of the runners without options. */
const PLAIN: Readonly<Record<string, string>> = {
  vitest: 'vitest run',
  jest: 'jest --ci',
  mocha: 'mocha',
  ava: 'ava',
  tape: 'tape',
  tap: 'tap',
  node: 'node --test',
};
/** Options of a script that tests cannot do without; those with a value of their own word. */
const WITH_VALUE = /^(?:-r|--require|--import|--loader|--experimental-loader|--config|-c)$/;
const KEPT = /^--(?:require|import|loader|experimental-[\w-]+|config|conditions|ui|globals|environment)(?:=.*)?$/;

/**
 * The command that a repository's own files say its tests are run by: a script of `package.json`, or else a runner it depends on; for
 * Python, pytest, which runs unittest's tests too.
 *
 * @param files the tests, as the command will be given them
 */
export function detectCommand(manifest: string | null, files: readonly string[]): string | null {
  if (files.every(isPython)) return 'python3 -m pytest -q {files}';
  const parsed = manifestSchema.safeParse(parseJSON(manifest)).data;
  if (parsed === undefined || files.some(isPython)) return null;
  const scripts = Object.entries(parsed.scripts ?? {}).filter(([name]) => /test|unit|spec|mocha|^ci$/.test(name));
  for (const [, script] of scripts.toSorted(([a], [b]) => Number(b === 'test') - Number(a === 'test')))
    for (const step of script.split(/&&|;|\|\|/)) {
      const known = KNOWN.find((one) => one.name in PLAIN && runs(step, one));
      if (known) return [PLAIN[known.name]!, ...optionsOf(step), '{files}'].join(' ');
    }
  const there = { ...parsed.dependencies, ...parsed.devDependencies };
  const named = Object.keys(PLAIN).find((name) => name in there);
  return named === undefined ? null : `${PLAIN[named]} {files}`;
}

/** Whether a step of a script runs a program, rather than naming one that is called alike. */
function runs(step: string, { name, word }: Known): boolean {
  if (name === 'node') return word.test(step);
  return step.split(/\s+/).some((part) => part.slice(part.lastIndexOf('/') + 1) === name);
}

function optionsOf(step: string): readonly string[] {
  const words = step.split(/\s+/);
  return words.flatMap((word, at) => {
    if (WITH_VALUE.test(word) && words[at + 1] !== undefined) return [word, words[at + 1]!];
    return KEPT.test(word) && word.includes('=') ? [word] : [];
  });
}

export function parseJSON(text: string | null): unknown {
  try {
    return JSON.parse(text ?? 'null');
  } catch {
    return undefined;
  }
}
