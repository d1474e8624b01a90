import type { LogParser, Status } from '../status.ts';

/** Every match of a pattern with the groups `status` and `name`. */
function lines(pattern: RegExp, statuses: Readonly<Record<string, Status>>): LogParser {
  return (log) =>
    new Map(
      [...log.matchAll(pattern)].flatMap(({ groups }): [string, Status][] => {
        const status = statuses[groups!.status!.toLowerCase()];
        return status ? [[groups!.name!.trim(), status]] : [];
      }),
    );
}

const OUTCOMES: Readonly<Record<string, Status>> = {
  ok: 'PASSED',
  pass: 'PASSED',
  fail: 'FAILED',
  failed: 'FAILED',
  skip: 'SKIPPED',
  ignored: 'SKIPPED',
};

/** `go test -v`. */
export const goTest = lines(/^ *--- (?<status>PASS|FAIL|SKIP): (?<name>.+?) \([\d.]+s\)$/gm, OUTCOMES);
/** `cargo test`. */
export const cargo = lines(/^test (?<name>\S+) \.\.\. (?<status>ok|FAILED|ignored)\b/gm, OUTCOMES);
