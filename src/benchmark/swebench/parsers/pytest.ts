import { type LogParser, STATUSES, type Status } from '../instance/status.ts';

const starting = (line: string): Status | undefined => STATUSES.find((status) => line.startsWith(status));

/** pytest's `SKIPPED [3] path:12: reason` counts tests and names none. */
const isSkipCount = (status: string, name: string) => status === 'SKIPPED' && /^\[\d+\]$/.test(name);

/** Lines of `pytest -rA`'s summary; `rename` mends the test id. */
function summary(log: string, rename: (name: string) => string, mend = (line: string) => line): Map<string, Status> {
  const found = new Map<string, Status>();
  for (const raw of log.split('\n')) {
    const line = mend(raw);
    if (!starting(line)) continue;
    const words = (line.startsWith('FAILED') ? line.replaceAll(' - ', ' ') : line).trim().split(/\s+/);
    const [status, name] = words;
    if (name === undefined || isSkipCount(status!, name)) continue;
    found.set(rename(name), status as Status);
  }
  return found;
}

export const pytest: LogParser = (log) => summary(log, (name) => name);

/** A parameter that is an absolute path is known by its last part only. */
export const pytestOptions: LogParser = (log) =>
  summary(log, (name) => {
    const match = /^(.*?)\[(.*)\]/.exec(name);
    if (!match) return name;
    const option = match[2]!;
    const path = option.startsWith('/') && !option.startsWith('//') && !option.includes('*');
    return `${match[1]}[${path ? `/${option.split('/').at(-1)}` : option}]`;
  });

export const matplotlib: LogParser = (log) =>
  summary(
    log,
    (name) => name,
    (line) => line.replaceAll('MouseButton.LEFT', '1').replaceAll('MouseButton.RIGHT', '3'),
  );

/** Keeps blanks in test ids, drops colours, and knows old pytest's lines that end in the status. */
export const pytestV2: LogParser = (log) => {
  const found = new Map<string, Status>();
  for (const raw of log.split('\n')) {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colour codes are what it drops
    const line = raw.replace(/\[\d+m/g, '').replace(/[\u0001-\u001f]/g, '');
    if (starting(line)) {
      const words = (line.startsWith('FAILED') ? line.split(' - ')[0]! : line).trim().split(/\s+/);
      const [status, ...name] = words;
      if (name.length > 0 && !isSkipCount(status!, name[0]!)) found.set(name.join(' '), status as Status);
    } else if (STATUSES.some((status) => line.endsWith(status))) {
      const words = line.trim().split(/\s+/);
      const last = STATUSES.find((status) => status === words.at(-1));
      if (words.length >= 2 && last) found.set(words.slice(0, -1).join(' '), last);
    }
  }
  return found;
};

export const seaborn: LogParser = (log) => {
  const found = new Map<string, Status>();
  for (const line of log.split('\n')) {
    const words = line.trim().split(/\s+/);
    if (words.length < 2) continue;
    if (line.startsWith('FAILED')) found.set(words[1]!, 'FAILED');
    else if (line.includes(' PASSED ')) {
      if (words[1] === 'PASSED') found.set(words[0]!, 'PASSED');
    } else if (line.startsWith('PASSED')) found.set(words[1]!, 'PASSED');
  }
  return found;
};

/** The first words of `pytest --verbose`'s lines, as SWE-smith reads them: a name without blanks, then its outcome. */
export const pytestVerbose: LogParser = (log) =>
  new Map(
    log.split('\n').flatMap((line): [string, Status][] => {
      const [, name, status] = /^(\S+)\s+(FAILED|PASSED|SKIPPED|ERROR|XFAIL)/.exec(line) ?? [];
      return name === undefined ? [] : [[name, status as Status]];
    }),
  );

/** The same of tests that several workers run. */
export const pytestWorkers: LogParser = (log) =>
  new Map(
    log.split('\n').flatMap((line): [string, Status][] => {
      const [, status, name] = /^\[gw\d\]\s(FAILED|PASSED|SKIPPED|ERROR|XFAIL)\s(\S+)/.exec(line) ?? [];
      return name === undefined ? [] : [[name, status as Status]];
    }),
  );
