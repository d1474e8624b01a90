import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { ArtifactClient } from '@actions/artifact';
import { resultArtifactName, transcriptArtifactName } from '../../src/contract/contract.ts';
import { TRANSCRIPTS } from '../../src/job/result-folder.ts';

/** Uploads result.json and, where there are any, the transcripts. */
export async function upload(
  client: Pick<ArtifactClient, 'uploadArtifact'>,
  folder: string,
  job: string,
): Promise<void> {
  const transcripts = join(folder, TRANSCRIPTS);
  const files = existsSync(transcripts) ? readdirSync(transcripts).filter((name) => name.endsWith('.json')) : [];
  await Promise.all([
    client.uploadArtifact(resultArtifactName(job), [join(folder, 'result.json')], folder),
    files.length > 0 &&
      client.uploadArtifact(
        transcriptArtifactName(job),
        files.map((name) => join(transcripts, name)),
        transcripts,
      ),
  ]);
}
