import { type Builder, buildAgent } from '../build/build.ts';
import type { AgentConfig, JobLimits } from '../contract/settings.ts';
import { timed } from '../environment/wall-time.ts';
import { HuxleyError } from '../model/error.ts';
import type { FileEntry } from '../model/file.ts';
import type { Layer, Sandbox } from '../sandbox/port.ts';
import { checkableTree } from './tree/visible-tree.ts';

/** What a job's machine gives a build. */
export interface BuildParts {
  readonly sandbox: Sandbox;
  /** The image agents run in. */
  readonly image: string;
  readonly signal: AbortSignal;
  readonly report: (line: string) => void;
  /** The value of a secret by its name; without it there are none. */
  readonly secretOf?: ((name: string) => string) | undefined;
}

/** What says how an agent is built: an order, or a configuration. */
interface LayerSettings {
  readonly agent: Pick<AgentConfig, 'build'>;
  readonly suite: { readonly name: string };
  readonly limits: JobLimits;
}

/** Whether an error is the fault of what was built, and nobody else's. */
export function isBuildFault(error: unknown): error is HuxleyError {
  return error instanceof HuxleyError && error.code === 'build.failed';
}

/**
 * An agent's dependencies, built or found built; null for an agent that has none.
 *
 * @param tree every file of the agent's commit
 * @throws HuxleyError `build.failed` where that is the agent's own fault, others where it is the machine's
 */
export async function layerOf(
  parts: BuildParts,
  { agent: { build }, suite, limits }: LayerSettings,
  tree: readonly FileEntry[],
): Promise<Layer | null> {
  if (!build) return null;
  const layer = await timed('build', () =>
    buildAgent(builderOf(parts, limits), build, checkableTree(tree, suite.name)),
  );
  for (const { path } of layer.folders) {
    const file = tree.find(
      (one) => one.path === path || path.startsWith(`${one.path}/`) || one.path.startsWith(`${path}/`),
    );
    if (file !== undefined)
      throw new HuxleyError(
        'build.failed',
        `The build makes the folder ${path}, and ${file.path} is a file of the agent: one would hide the other`,
        'Remove that file, name it in `agent.inputs`, or let the build make another folder.',
      );
  }
  return layer;
}

export function builderOf(parts: BuildParts, limits: JobLimits): Builder {
  return { ...parts, limits, secretOf: parts.secretOf ?? noSecret };
}

export function noSecret(name: string): never {
  throw new HuxleyError(
    'build.secret',
    `The secret ${name}, which \`agent.registries\` names, is not set`,
    'Set it: in the workflow as a line of the input `secrets`, locally in the environment.',
  );
}
