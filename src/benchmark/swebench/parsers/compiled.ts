import type { LogParser, Status } from '../instance/status.ts';
import { lines } from './lines.ts';

const PASS_FAIL_SKIP = { PASS: 'PASSED', FAIL: 'FAILED', SKIP: 'SKIPPED' } as const;

/** `go test -v`. */
export const goTest = lines(/^--- (?<status>PASS|FAIL|SKIP): (?<name>.+) \(.+\)$/, PASS_FAIL_SKIP);

/** `go test -v` as Multi-SWE-bench reads it: subtests too, and a failure stays one. */
export const multiGo: LogParser = (log) => goOutcomes(log, (name) => name);

/** The same under the names of the tests around subtests. */
export const multiGoParents: LogParser = (log) => goOutcomes(log, (name) => name.replace(/\/[^/]*$/, ''));

function goOutcomes(log: string, rename: (name: string) => string): Map<string, Status> {
  const found = new Map<string, Status>();
  for (const line of log.split('\n')) {
    const [, outcome, name] = /^\s*--- (PASS|FAIL): (\S+)/.exec(line) ?? [];
    if (name === undefined) continue;
    if (outcome === 'FAIL') found.set(rename(name), 'FAILED');
    else if (found.get(rename(name)) !== 'FAILED') found.set(rename(name), 'PASSED');
  }
  return found;
}

/** `cargo test`. Tests that are ignored are not recorded. */
export const cargo = lines(/^test\s+(?<name>\S+)\s+\.\.\.\s+(?<status>\w+)$/, { ok: 'PASSED', FAILED: 'FAILED' });

/** The test client of Redis and Valkey. A failure names its file, a success does not. */
export const redis = lines(
  /^\[(?<status>ok|err|skip|ignore)\]:\s(?<name>.+?)(?:\s\(\d+\s*m?s\))?$/,
  { ok: 'PASSED', err: 'FAILED', skip: 'SKIPPED', ignore: 'SKIPPED' },
  (name, status) => (status === 'FAILED' ? name.replace(/\s+in\s+\S+$/, '') : name),
);

/** Automake's summary, as jq prints it. */
export const jq = lines(/^(?<status>PASS|FAIL):\s(?<name>.+)$/, PASS_FAIL_SKIP);

export const micropython = lines(/^(?<status>pass|FAIL|skip)\s+(?<name>.+)$/, {
  pass: 'PASSED',
  FAIL: 'FAILED',
  skip: 'SKIPPED',
});

export const googletest = lines(/^.*\[\s*(?<status>OK|FAILED)\s*\]\s(?<name>.*)\s\(.*\)$/, {
  OK: 'PASSED',
  FAILED: 'FAILED',
});

/** doctest's XML (`-s -r=xml`): a subcase passed when every expression in it did. */
export const doctest: LogParser = (log) => {
  const found = new Map<string, Status>();
  const xml = /<doctest[\s\S]*?<\/doctest>/.exec(log)?.[0] ?? '';
  const open: { readonly tag: string; readonly name: string }[] = [];
  for (const [, close, tag = '', attributes = '', empty] of xml.matchAll(/<(\/?)(\w+)([^<>]*?)(\/?)>/g)) {
    if (close) {
      open.pop();
      continue;
    }
    const name = unescaped(/\bname="([^"]*)"/.exec(attributes)?.[1] ?? '');
    const test = open.find((one) => one.tag === 'TestCase')?.name;
    if (tag === 'SubCase') found.set(`${test} > ${name}`, found.get(`${test} > ${name}`) ?? 'PASSED');
    if (tag === 'Expression' && !/\bsuccess="true"/.test(attributes))
      for (const outer of open.filter((one) => one.tag === 'SubCase')) found.set(`${test} > ${outer.name}`, 'FAILED');
    if (!empty) open.push({ tag, name });
  }
  return found;
};

function unescaped(text: string): string {
  const entities: Record<string, string> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };
  return text.replace(/&(lt|gt|amp|quot|apos);/g, (_, name: string) => entities[name]!);
}
