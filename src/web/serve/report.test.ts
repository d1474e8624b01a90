import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { zip } from '../../../test/support/zip.ts';
import { HuxleyError } from '../../model/error.ts';
import { type Trajectory, trajectoryFile } from '../../operator/trajectory.ts';
import { parseExport } from '../../store/export.ts';
import type { ReportDocument } from '../document/document.ts';
import { attachmentsInFolder } from './attachments.ts';
import { reportDocument, writeReportFile } from './report.ts';
import { RunSource } from './run-source.ts';

const name = join(import.meta.dirname, '../../../test/fixtures/0.1/demo.jsonl');
const { entries, ...key } = parseExport(readFileSync(name, 'utf8'), name);
const done = entries.flatMap(({ event }) => (event.type === 'evaluation.done' ? [event] : []));

/** A folder as the demo leaves it, with a record of every attempt, of sealed tasks too, and a diff of every variant. */
function folder(): string {
  const dir = mkdtempSync(join(tmpdir(), 'huxley-report-'));
  mkdirSync(join(dir, 'transcripts'));
  mkdirSync(join(dir, 'diffs'));
  for (const [job, results] of Map.groupBy(done, (each) => each.job)) {
    const files = results.map(({ task, variant, outcome: verdict }) => {
      const said = { statement: 'Do it.', transcript: '', conversation: `## user\nDo it: ${task}`, patch: '' };
      const record: Trajectory = { v: 1, variant, task, verdict, evidence: 'x', ended: 'exit 0', ...said };
      return [trajectoryFile(task), JSON.stringify(record)] as const;
    });
    writeFileSync(join(dir, 'transcripts', `huxley-transcripts-${job}.zip`), zip(Object.fromEntries(files)));
  }
  for (let n = 1; n < 20; n++) writeFileSync(join(dir, 'diffs', `v${n}.diff`), `diff --git a/v${n} b/v${n}\n</script>`);
  return dir;
}

const source = (dir: string) =>
  new RunSource({ key, url: null, attachments: attachmentsInFolder(dir), read: async (after) => entries.slice(after) });

test('a report has every diff and the transcripts of search tasks, none of sealed ones', async () => {
  const { document, diffs, transcripts, cut } = await reportDocument(source(folder()));
  expect(cut).toBeNull();
  const made = document.variants.filter(({ from, sha }) => from !== null && sha !== null);
  expect(Object.keys(diffs)).toEqual(made.map(({ variant }) => variant));
  const searched = done.filter(({ split }) => split === 'search');
  expect(new Set(Object.keys(transcripts))).toEqual(new Set(searched.map(({ job, task }) => `${job}/${task}`)));
  expect(searched.length).toBeLessThan(done.length);
});

test('a report keeps to its cap, failed attempts first, and says what it leaves out', async () => {
  const { diffs, transcripts, cut, document } = await reportDocument(source(folder()), 4_000);
  const size = JSON.stringify(Object.values(transcripts)).length + Object.values(diffs).join('').length;
  expect(size).toBeLessThan(4_200);
  expect(Object.keys(transcripts).length).toBeGreaterThan(0);
  expect(cut).toMatch(/^Not in this file: \d+ transcripts\. /);
  const failed = new Set(done.filter(({ outcome }) => outcome !== 'resolved').map(({ job, task }) => `${job}/${task}`));
  for (const each of Object.keys(transcripts)) expect(failed).toContain(each);
  expect(document.has.transcripts).toBe(true);
});

test('the file holds it all as data, and is written at once', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'huxley-report-file-'));
  expect(await writeReportFile(source(folder()), join(dir, 'report.html'))).toBeNull();
  expect(readdirSync(dir)).toEqual(['report.html']);
  const html = readFileSync(join(dir, 'report.html'), 'utf8');
  const [, json] = /<script type="application\/json" id="huxley">(.*?)<\/script>/s.exec(html)!;
  const { diffs } = JSON.parse(json!) as ReportDocument;
  expect(Object.values(diffs)[0]).toContain('</script>');
  expect(html).toContain("default-src 'none'");
});

test('what GitHub refuses is no gap of a report', async () => {
  const refused = new HuxleyError('github.refused', 'GitHub refused it (403).', 'Try again later.');
  const attachments = { ...attachmentsInFolder(folder()), diff: () => Promise.reject(refused) };
  const refusing = new RunSource({ key, url: null, attachments, read: async (after) => entries.slice(after) });
  await expect(reportDocument(refusing)).rejects.toBe(refused);
});
