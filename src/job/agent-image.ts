import { dockerfileImage, isDockerfile } from '../build/dockerfile.ts';
import type { AgentConfig } from '../contract/settings.ts';
import type { FileEntry } from '../model/file.ts';
import type { OpenSandbox } from '../sandbox/setup/open.ts';
import { type BuildParts, noSecret } from './layer.ts';
import { checkableTree } from './tree/visible-tree.ts';

/**
 * The image an agent runs in: built from a Dockerfile of its repository, where `agent.image` names one.
 *
 * @param suite whose tasks no image may hold
 * @param files the repository as the run's configuration has it
 */
export async function agentImage(
  open: Pick<OpenSandbox, 'engine' | 'image' | 'images'>,
  { image, registries }: Pick<AgentConfig, 'image' | 'registries'>,
  suite: string,
  files: () => Promise<readonly FileEntry[]>,
  { signal, report, secretOf = noSecret }: Pick<BuildParts, 'signal' | 'report' | 'secretOf'>,
): Promise<string> {
  if (!isDockerfile(image)) return await open.image(image);
  const build = { engine: open.engine, images: open.images, image, registries, secretOf, signal, report };
  return await dockerfileImage(build, checkableTree(await files(), suite));
}
