import type { ArtifactClient } from '@actions/artifact';

/** The client of the artifact service, loaded when it is first wanted: it is a quarter of the action's start. */
export async function artifactClient(): Promise<ArtifactClient> {
  const { DefaultArtifactClient } = await import('@actions/artifact');
  return new DefaultArtifactClient();
}
