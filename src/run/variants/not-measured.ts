import type { AgentConfig } from '../../contract/settings.ts';
import { pathProblem } from '../../operator/patch/paths.ts';
import { inline } from '../../report/text/escape.ts';

/**
 * What a file of a measured commit is called, as Markdown, where no worker uses it of that commit: it is taken from the default branch (workflows,
 * configuration, tasks, the image's Dockerfile), or hidden from the agent. Null for one that may make a difference. The rules are the worker's
 * (`visibleTree`); a build may read protected files.
 */
export function notMeasured(
  path: string,
  { protect, image, build }: Pick<AgentConfig, 'protect' | 'image' | 'build'>,
  suite: string,
): string | null {
  if (pathProblem(path, []) === null) {
    if (pathProblem(path, [suite]) !== null) return `tasks in ${inline(suite, 100)}`;
    if (image !== `./${path}` && (build || pathProblem(path, protect) === null)) return null;
  }
  return /^[\w./-]{1,100}$/.test(path) ? `\`${path}\`` : inline(path, 100);
}
