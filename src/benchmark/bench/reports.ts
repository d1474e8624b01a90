import { runReport } from '../swebench/report.ts';
import type { Session, TaskRecord } from './record.ts';

export interface BenchSummary {
  readonly total: number;
  readonly resolved: number;
  /** Tasks by verdict; verdicts that did not occur are left out. */
  readonly verdicts: Readonly<Record<string, number>>;
  readonly languages: Readonly<Record<string, { readonly total: number; readonly resolved: number }>>;
  readonly seconds: number;
  readonly costUSD: number;
}

export function summarize(records: readonly TaskRecord[]): BenchSummary {
  const resolved = (some: readonly TaskRecord[]) => some.filter(({ verdict }) => verdict === 'resolved').length;
  const count = (groups: Partial<Record<string, TaskRecord[]>>) =>
    Object.entries(groups).sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    total: records.length,
    resolved: resolved(records),
    verdicts: Object.fromEntries(
      count(Object.groupBy(records, ({ verdict }) => verdict)).map(([name, some]) => [name, some!.length]),
    ),
    languages: Object.fromEntries(
      count(Object.groupBy(records, ({ language }) => language)).map(([name, some]) => [
        name,
        { total: some!.length, resolved: resolved(some!) },
      ]),
    ),
    seconds: records.reduce((sum, { seconds }) => sum + seconds, 0),
    costUSD: records.reduce((sum, { costUSD }) => sum + costUSD, 0),
  };
}

export function jsonReport(session: Session, records: readonly TaskRecord[]): string {
  const tasks = records.map(({ patch: _, ...record }) => record);
  return `${JSON.stringify({ ...session, summary: summarize(records), tasks }, null, 2)}\n`;
}

/** JUnit's XML, one test case a task; no result is an error, everything else but `resolved` a failure. */
export function junitReport(session: Session, records: readonly TaskRecord[]): string {
  const { total, resolved, verdicts, seconds } = summarize(records);
  const errors = verdicts.infrastructure ?? 0;
  const cases = records.map((record) => {
    const head = `  <testcase classname="${xml(record.language)}" name="${xml(record.task)}" time="${record.seconds.toFixed(3)}"`;
    if (record.verdict === 'resolved') return `${head}/>`;
    const tag = record.verdict === 'infrastructure' ? 'error' : 'failure';
    return `${head}>\n    <${tag} type="${record.verdict}" message="${xml(record.evidence)}"/>\n  </testcase>`;
  });
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuite name="${xml(`${session.suite} ${session.agent}`)}" tests="${total}" failures="${total - resolved - errors}" errors="${errors}" time="${seconds.toFixed(3)}">`,
    ...cases,
    '</testsuite>',
    '',
  ].join('\n');
}

/** Predictions as SWE-bench's harness reads them, one JSON object a line. */
export function predictions(session: Session, records: readonly TaskRecord[]): string {
  const model = session.model === null ? session.agent : `${session.agent} ${session.model}`;
  return records
    .map(
      ({ task, patch }) => `${JSON.stringify({ instance_id: task, model_name_or_path: model, model_patch: patch })}\n`,
    )
    .join('');
}

/** SWE-bench's run report, schema 2. */
export function sweBenchReport(total: readonly string[], records: readonly TaskRecord[]): string {
  const attempts = records.map(({ task, patch, verdict }) => ({
    instance_id: task,
    // An attempt without a result may have had a patch: it is an error, not an empty one.
    model_patch: verdict === 'infrastructure' ? 'unknown' : patch,
  }));
  const verdicts = new Map(records.map(({ task, verdict }) => [task, verdict]));
  return `${JSON.stringify(runReport(total, attempts, verdicts), null, 2)}\n`;
}

function xml(text: string): string {
  const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
  // XML 1.0 has no place for control characters at all.
  return text
    .replace(/[&<>"]/g, (character) => escapes[character]!)
    .replace(/[^\t\n\r\x20-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '?');
}
