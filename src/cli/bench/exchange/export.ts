import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inspectLog } from '../../../benchmark/bench/export/inspect-log.ts';
import { ofRun, ofSession, type Results } from '../../../benchmark/bench/export/results.ts';
import type { Session, TaskRecord } from '../../../benchmark/bench/record.ts';
import { junitReport, predictions } from '../../../benchmark/bench/reports.ts';
import { SessionStore, sessionIn } from '../../../benchmark/bench/store.ts';
import { projectPath } from '../../../environment/project.ts';
import { HuxleyError } from '../../../model/error.ts';
import { parseExport } from '../../../store/export.ts';

export interface ExportOptions {
  readonly format: 'predictions' | 'junit' | 'inspect';
  readonly variant?: string;
  readonly out?: string;
}

/** `huxley bench export`: what a bench session, or a run's exported journal, came to, in a format of other tools. */
export async function exportResults(source: string, { format, variant, out }: ExportOptions): Promise<void> {
  const kind = await stat(source).catch(() => null);
  const text = kind?.isDirectory() ? await ofFolder(source, format) : await ofJournal(source, format, variant ?? null);
  if (out === undefined) process.stdout.write(text);
  else await writeFile(out, text);
}

async function ofFolder(folder: string, format: ExportOptions['format']): Promise<string> {
  const path = join(folder, 'session.json');
  const text = await readFile(path, 'utf8').catch(() => {
    throw new HuxleyError(
      'export.source',
      `${path}: is missing`,
      'Name a folder that `bench run` or `bench grade` wrote.',
    );
  });
  const session = sessionIn(text);
  if (session === undefined)
    throw new HuxleyError('export.source', `${path}: is not a session’s`, 'Restore it, or run the session again.');
  const { finished } = await SessionStore.open(folder, session, false);
  const records = [...finished.values()];
  if (format === 'inspect') {
    const [began, ended] = await Promise.all(
      [path, join(folder, 'results.jsonl')].map(async (one) => (await stat(one)).mtimeMs),
    );
    return inspectLog(ofSession(session, records, { began: began!, ended: ended! }), await version());
  }
  return format === 'junit' ? junitReport(session, records) : predictions(session, records);
}

async function ofJournal(path: string, format: ExportOptions['format'], variant: string | null): Promise<string> {
  const text = await readFile(path, 'utf8').catch(() => {
    throw new HuxleyError(
      'export.source',
      `${path}: cannot be read`,
      'Name a bench folder or a file of `journal export`.',
    );
  });
  const { run, entries } = parseExport(text, path);
  const results = ofRun(run, entries, variant);
  if (format === 'inspect') return inspectLog(results, await version());
  if (format === 'junit') return junitReport(...asRecords(results));
  throw new HuxleyError(
    'export.predictions',
    `${path}: a journal keeps no patches`,
    'Measure the variant’s commit with `bench run`, which writes predictions.jsonl.',
  );
}

/** JUnit has no attempts: several at one task are several cases, numbered. */
function asRecords({ suite, digest, agent, model, results }: Results): [Session, readonly TaskRecord[]] {
  const records = results.map(({ task, epoch, verdict, evidence, seconds, costUSD }) => ({
    ...{ task: epoch === 1 ? task : `${task} (${epoch})`, language: suite, verdict, evidence, seconds, costUSD },
    ...{ passed: 0, expected: 0, failed: [], canary: 'not run' as const, gradingSeconds: 0, patch: '' },
  }));
  return [{ v: 1, suite, digest, agent, agentDigest: null, model }, records];
}

async function version(): Promise<string> {
  return JSON.parse(await readFile(projectPath('package.json'), 'utf8')).version;
}
