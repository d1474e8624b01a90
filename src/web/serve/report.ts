import { replaceFile } from '../../files/replace-file.ts';
import { HuxleyError } from '../../model/error.ts';
import { count } from '../../report/text/figures.ts';
import { reportHtml } from '../bundle.ts';
import { OUTCOMES, type ReportDocument, type RunDocument, type Transcript } from '../document/document.ts';
import type { RunSource } from './run-source.ts';

/** Characters of diffs and transcripts together that a report has by default. */
export const REPORT_CAP = 2_000_000;

/** Writes a run as one file that opens by itself; gives what was left out, in words, or null. */
export async function writeReportFile(source: RunSource, path: string, cap = REPORT_CAP): Promise<string | null> {
  const report = await reportDocument(source, cap);
  await replaceFile(path, await reportHtml(report));
  return report.cut;
}

/** The document with every diff, and transcripts as far as there is room: those of failed attempts first. */
export async function reportDocument(source: RunSource, cap = REPORT_CAP): Promise<ReportDocument> {
  const document = await source.document();
  let left = cap;
  const fits = (size: number) => {
    if (size > left) return false;
    left -= size;
    return true;
  };
  const diffs: Record<string, string> = {};
  let missing = 0;
  for (const { variant, from, sha } of document.has.diffs ? document.variants : []) {
    if (from === null || sha === null) continue;
    const text = await orNothing(source.diff(variant));
    if (text !== null && fits(text.length)) diffs[variant] = text;
    else missing++;
  }
  const transcripts: Record<string, Transcript> = {};
  let silent = 0;
  for (const { job, task } of document.has.transcripts ? attempts(document) : []) {
    const found = left >= TOO_SMALL ? await orNothing(source.transcript(job, task)) : null;
    if (found !== null && fits(JSON.stringify(found).length)) transcripts[`${job}/${task}`] = found;
    else silent++;
  }
  const cut = [
    ...(missing > 0 ? [count(missing, 'diff')] : []),
    ...(silent > 0 ? [count(silent, 'transcript')] : []),
  ].join(' and ');
  return {
    document,
    diffs,
    transcripts,
    cut:
      cut === ''
        ? null
        : `Not in this file: ${cut}. It has room for ${cap / 1e6} million characters of them, and some may not be there any more.`,
  };
}

/** Attempts at search tasks: what went wrong tells most. */
function attempts({ evaluations: { task, job, outcome }, tasks }: RunDocument) {
  const all = task.flatMap((place, at) =>
    tasks[place]!.split === 'search'
      ? [{ job: job[at]!, task: tasks[place]!.task, failed: OUTCOMES[outcome[at]!] !== 'resolved' }]
      : [],
  );
  return [...all.filter(({ failed }) => failed), ...all.filter(({ failed }) => !failed)];
}

/** Of these sizes hardly any transcript is. */
const TOO_SMALL = 1_000;

/** What is not there any more, or cannot be read, leaves a gap; other trouble, as with GitHub, is trouble. */
async function orNothing<T>(asked: Promise<T>): Promise<T | null> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof HuxleyError && /^(web\.no-|artifact\.)/.test(error.code)) return null;
    throw error;
  }
}
