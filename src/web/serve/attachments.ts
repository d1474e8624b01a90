import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { transcriptArtifactName } from '../../contract/contract.ts';
import type { Forge } from '../../github/forge.ts';
import { unzipFile } from '../../github/unzip.ts';
import { commandLine } from '../../model/command-line.ts';
import { HuxleyError } from '../../model/error.ts';
import type { JobId, Sha, TaskId, VariantId } from '../../model/ids.ts';
import { trajectoryFile, trajectorySchema } from '../../operator/trajectory.ts';
import { DOCUMENTS } from '../../run/state/documents.ts';
import type { RunDocuments } from '../../run/state/run-documents.ts';
import type { RunDocument, Transcript } from '../document/document.ts';
import { Recent } from './recent.ts';
import { transcriptOf } from './transcript.ts';

/** What belongs to a run and is not in its journal. */
export interface Attachments {
  readonly has: RunDocument['has'];
  /** @throws HuxleyError `web.no-diff` */
  diff(variant: VariantId, base: Sha, head: Sha): Promise<string>;
  /** Of a search task. @throws HuxleyError `web.no-transcript` */
  transcript(job: JobId, task: TaskId): Promise<Transcript>;
}

const MAX_ZIP_BYTES = 32 * 1024 * 1024;
const MAX_TRAJECTORY_BYTES = 4 * 1024 * 1024;
const MAX_DIFF = 2_000_000;
const KEPT = 64 * 1024 * 1024;
/** Of all runs together, as long as the process lives: a name is of one content. */
const DIFFS = new Recent<string>(KEPT / 8, (text) => text.length);
const ZIPS = new Recent<Buffer>(KEPT, (zip) => zip.length);

const noDiff = (why: string, remedy: string) => new HuxleyError('web.no-diff', why, remedy);
const noTranscript = (why: string, remedy: string) => new HuxleyError('web.no-transcript', why, remedy);

/** Nothing is at hand, and why. */
export function noAttachments(why: string, remedy: string): Attachments {
  return {
    has: { diffs: false, transcripts: false },
    diff: () => Promise.reject(noDiff(`There are no diffs here: ${why}`, remedy)),
    transcript: () => Promise.reject(noTranscript(`There are no transcripts here: ${why}`, remedy)),
  };
}

/** From the repository on GitHub, where the run's documents say that they are. What was fetched lately is kept. */
export function attachmentsOnGitHub(
  forge: Pick<Forge, 'diff' | 'artifactZip' | 'repository'>,
  documents: RunDocuments,
): Attachments {
  return {
    has: { diffs: true, transcripts: true },
    diff: (_, base, head) =>
      DIFFS.get(`${forge.repository} ${base} ${head}`, async () => {
        const text = await forge.diff(base, head);
        if (text === null)
          throw noDiff(
            'The commits of this variant are gone from the repository.',
            'Only a push of its branch restores them.',
          );
        return shortened(text);
      }),
    async transcript(job, task) {
      const place = await documents.read(DOCUMENTS.transcript.of(job));
      if (place === undefined)
        throw noTranscript(
          'No transcript was kept of this evaluation.',
          'Transcripts are kept of search tasks whose job ended with a result.',
        );
      const zip = await ZIPS.get(`${forge.repository} ${place.digest}`, async () => {
        const found = await forge.artifactZip(place.workflowRun, place.artifact, MAX_ZIP_BYTES);
        if (found === null)
          throw noTranscript(
            'The artifact with this transcript has expired, or was deleted.',
            `Keep artifacts for longer in the settings of Actions; ${commandLine('report')} keeps them in one file while they are there.`,
          );
        if (`sha256:${createHash('sha256').update(found).digest('hex')}` !== place.digest)
          throw noTranscript(
            'The artifact with this transcript is not the one that its worker left.',
            'Look at the workflow run: somebody has replaced it.',
          );
        return found;
      });
      return transcriptIn(zip, task);
    },
  };
}

/** From a folder with a journal: `transcripts/huxley-transcripts-JOB.zip` and `diffs/vN.diff`, as the demo leaves them. */
export function attachmentsInFolder(folder: string): Attachments {
  const read = (...path: string[]) => {
    const file = join(folder, ...path);
    return existsSync(file) ? readFileSync(file) : null;
  };
  return {
    has: { diffs: existsSync(join(folder, 'diffs')), transcripts: existsSync(join(folder, 'transcripts')) },
    async diff(variant) {
      const text = read('diffs', `${variant}.diff`);
      if (text === null)
        throw noDiff(`This journal has no diff of ${variant}.`, 'Look at it in the repository of the run.');
      return shortened(text.toString('utf8'));
    },
    async transcript(job, task) {
      const zip = /^[a-z0-9.-]+$/.test(job) ? read('transcripts', `${transcriptArtifactName(job)}.zip`) : null;
      if (zip === null)
        throw noTranscript(
          'This journal has no transcript of this evaluation.',
          'Look at it in the repository of the run.',
        );
      return transcriptIn(zip, task);
    },
  };
}

function transcriptIn(zip: Buffer, task: TaskId): Transcript {
  const text = unzipFile(zip, trajectoryFile(task), MAX_TRAJECTORY_BYTES).toString('utf8');
  const parsed = trajectorySchema.safeParse(JSON.parse(text));
  if (parsed.success) return transcriptOf(parsed.data);
  throw noTranscript('The transcript cannot be read.', 'It was left by another version of Huxley.');
}

function shortened(diff: string): string {
  return diff.length <= MAX_DIFF ? diff : diff.slice(0, diff.lastIndexOf('\n', MAX_DIFF) + 1);
}
