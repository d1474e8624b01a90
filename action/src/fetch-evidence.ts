import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ArtifactClient } from '@actions/artifact';
import type { EvidenceRef } from '../../src/contract/contract.ts';
import { unzipFile } from '../../src/github/unzip.ts';
import { HuxleyError, messageOf } from '../../src/model/error.ts';
import { type Trajectory, trajectoryFile, trajectorySchema } from '../../src/operator/trajectory.ts';

/** A trajectory's texts are bounded; so is its file. */
const MAX_BYTES = 4 * 1024 * 1024;

export interface EvidenceSource {
  readonly client: Pick<ArtifactClient, 'getArtifact' | 'downloadArtifact'>;
  readonly token: string;
  readonly owner: string;
  readonly repository: string;
  readonly temp: string;
  readonly report: (line: string) => void;
}

/**
 * The trajectories an order names, from the artifacts of earlier workflow runs. One that has expired is left out and said;
 * one whose digest is another than the app saw stops the job.
 */
export async function fetchEvidence(
  source: EvidenceSource,
  refs: readonly EvidenceRef[],
): Promise<readonly Trajectory[]> {
  const zips = new Map<string, Buffer | null>();
  const found: Trajectory[] = [];
  for (const ref of refs) {
    const key = `${ref.workflowRun} ${ref.artifact} ${ref.digest}`;
    let zip = zips.get(key);
    if (zip === undefined) {
      zip = await download(source, ref);
      zips.set(key, zip);
    }
    if (zip === null) continue;
    const parsed = trajectorySchema.parse(
      JSON.parse(unzipFile(zip, trajectoryFile(ref.task), MAX_BYTES).toString('utf8')),
    );
    if (parsed.variant === ref.variant && parsed.task === ref.task) found.push(parsed);
  }
  return found;
}

async function download(source: EvidenceSource, ref: EvidenceRef): Promise<Buffer | null> {
  const { client, token, owner, repository, temp, report } = source;
  const findBy = { token, workflowRunId: ref.workflowRun, repositoryOwner: owner, repositoryName: repository };
  let id: number;
  try {
    id = (await client.getArtifact(ref.artifact, { findBy })).artifact.id;
  } catch (error) {
    if ((error as Error).name !== 'ArtifactNotFoundError') throw error;
    report(
      `the transcripts ${ref.artifact} of workflow run ${ref.workflowRun} are gone: ${messageOf(error).split('\n')[0]}`,
    );
    return null;
  }
  const path = await mkdtemp(join(temp, 'huxley-evidence-'));
  try {
    const { digestMismatch } = await client.downloadArtifact(id, {
      findBy,
      path,
      expectedHash: ref.digest,
      skipDecompress: true,
    });
    if (digestMismatch)
      throw new HuxleyError(
        'action.digest',
        `The artifact ${ref.artifact} of workflow run ${ref.workflowRun} is not the one the order names (${ref.digest})`,
        'Somebody replaced it; let the app choose other evidence.',
      );
    const [file] = await readdir(path);
    return await readFile(join(path, file!));
  } finally {
    await rm(path, { recursive: true, force: true });
  }
}
