import type { LogParser, Status } from '../instance/status.ts';

/** Output that slips between a Django test's name and its `ok`. */
const TORN = [
  /^(.*?)\s\.\.\.\sTesting against Django installed in [\s\S]*? silenced\)\.\nok$/gm,
  /^(.*?)\s\.\.\.\sInternal Server Error: \/.*\/\nok$/gm,
  /^(.*?)\s\.\.\.\sSystem check identified no issues \(0 silenced\)\nok$/gm,
];

/** Django's runner: `test_a (module.Class) ... ok`, torn lines included. */
export const django: LogParser = (log) => {
  const found = new Map<string, Status>();
  let previous: string | undefined;
  for (const raw of log.split('\n')) {
    const line = raw.trim();
    if (line.includes('--version is equivalent to version')) found.set('--version is equivalent to version', 'PASSED');
    if (line.includes(' ... ')) previous = line.split(' ... ')[0]!;
    const ok = / \.\.\.(?: ok| OK| {2}OK)$/.exec(line);
    if (ok) {
      const name = line.slice(0, ok.index);
      found.set(
        name.startsWith('Applying sites.0002_alter_domain_unique...test_no_migrations')
          ? name.slice(name.indexOf('...') + 3).trim()
          : name,
        'PASSED',
      );
    }
    if (line.includes(' ... skipped')) found.set(line.split(' ... skipped')[0]!, 'SKIPPED');
    for (const [end, status] of [
      [' ... FAIL', 'FAILED'],
      [' ... ERROR', 'ERROR'],
    ] as const)
      if (line.endsWith(end)) found.set(line.slice(0, -end.length), status);
    const named = /^(FAIL|ERROR):\s*(\S+)/.exec(line);
    if (named) found.set(named[2]!, named[1] === 'FAIL' ? 'FAILED' : 'ERROR');
    if (line.startsWith('ok') && previous !== undefined) found.set(previous, 'PASSED');
  }
  for (const torn of TORN) for (const match of log.matchAll(torn)) found.set(match[1]!, 'PASSED');
  return found;
};

/** SymPy's own runner: `test_a ok`, and a headline for each failure. */
export const sympy: LogParser = (log) => {
  const found = new Map<string, Status>();
  for (const match of log.matchAll(/_* (.*)\.py:(.*) _*/g)) found.set(`${match[1]}.py:${match[2]}`, 'FAILED');
  for (const raw of log.split('\n')) {
    const line = raw.trim();
    const match = /^(test_\S*).* (E|F|ok)$/.exec(line);
    if (match) found.set(match[1]!, ({ E: 'ERROR', F: 'FAILED', ok: 'PASSED' } as const)[match[2] as 'E' | 'F' | 'ok']);
  }
  return found;
};
