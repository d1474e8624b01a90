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
  await client.uploadArtifact(resultArtifactName(job), [join(folder, 'result.json')], folder);
  const transcripts = join(folder, TRANSCRIPTS);
  if (!existsSync(transcripts)) return;
  const files = readdirSync(transcripts).filter((name) => name.endsWith('.json'));
  if (files.length > 0)
    await client.uploadArtifact(
      transcriptArtifactName(job),
      files.map((name) => join(transcripts, name)),
      transcripts,
    );
}
