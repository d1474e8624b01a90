import type { LogParser, Status } from '../instance/status.ts';

/** Words of runners for an outcome. */
export type Outcomes = Readonly<Record<string, Status>>;

/** A log line by line, trimmed: each that matches a pattern with the groups `status` and `name` gives an outcome. */
export function lines(
  pattern: RegExp,
  outcomes: Outcomes,
  rename = (name: string, _status: Status) => name,
): LogParser {
  return (log) => {
    const found = new Map<string, Status>();
    for (const line of log.split('\n')) {
      const { status = '', name = '' } = pattern.exec(line.trim())?.groups ?? {};
      if (!Object.hasOwn(outcomes, status)) continue;
      const outcome = outcomes[status]!;
      found.set(rename(name, outcome), outcome);
    }
    return found;
  };
}

/** A log without the codes that colour terminals. */
export function withoutColours(log: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these codes are what it drops
  return log.replace(/\x1B(?:[@-Z\\-_]|\[[0-?]*[ -/]*[@-~])/g, '');
}
