import { readCtrf } from './formats/ctrf.ts';
import { readGoJson } from './formats/go.ts';
import { readJUnitXml } from './formats/junit.ts';
import { type Results, UNREADABLE } from './formats/results.ts';
import { readTap } from './formats/tap.ts';
import type { Runner, RunOutput } from './plan.ts';

const READERS = { junit: readJUnitXml, ctrf: readCtrf, tap: readTap, go: readGoJson } as const;

/** Formats of reports, by the name task files use. */
export const FORMATS = Object.keys(READERS) as (keyof typeof READERS)[];

/** Where a command's report is, and in which format. */
export interface ReportPlace {
  readonly format: keyof typeof READERS;
  /** Relative to the folder that `HUXLEY_REPORT` names; absent for standard output. */
  readonly file?: string | undefined;
}

/** Of a report; reading what an attempt may have written takes seconds from there on. */
const MAX_BYTES = 4 * 1024 * 1024;

/** The first line of standard output: it stands there before anything of the attempt is loaded. */
const BEGUN = 'huxley: the command begins\n';

/** A program that the image has not is nobody's failure; one of the tree, by a path, may be the attempt's own. */
const START = `mkdir "$HUXLEY_REPORT" || exit
case $1 in */*) ;; *) command -v "$1" > /dev/null || { echo "$1: not found in the image" >&2; exit 127; } ;; esac
printf '${BEGUN.trimEnd()}\\n'
`;

/**
 * A command of the suite's author, a shell line or an argument vector, with a report in a published format. The code under test runs
 * as the same user, most often in the same process: what it writes there passes for the tests' own, and only a canary tells.
 */
export function commandRunner(command: string | readonly string[], place: ReportPlace): Runner {
  const words = typeof command === 'string' ? ['/bin/sh', '-c', command] : command;
  return {
    name: 'command',
    writable: true,
    report: true,
    env: { HOME: '/tmp' },
    command: () => [
      '/bin/sh',
      '-c',
      `${START}exec "$@" < /dev/null${place.file === undefined ? '' : ' >&2'}`,
      'sh',
      ...words,
    ],
    // The command names its tests itself.
    runs: () => false,
    read: (output) => readReport(output, place),
  };
}

function readReport({ stdout, truncated, exitCode, files, nonce }: RunOutput, { format, file }: ReportPlace) {
  const began = stdout.startsWith(BEGUN);
  const content =
    file === undefined
      ? Buffer.from(truncated ? '' : stdout.slice(BEGUN.length))
      : files.find(({ path }) => path === `${nonce}/${file}`)?.content;
  const readable = content !== undefined && content.byteLength <= MAX_BYTES;
  const results: Results = readable ? READERS[format](Buffer.from(content).toString()) : UNREADABLE;
  return { ...results, complete: results.complete && exitCode !== null, began, intrusion: null };
}
