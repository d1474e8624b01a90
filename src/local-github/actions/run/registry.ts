import type { GitRepository } from '../../git/repository.ts';
import { timestamp } from '../../server-context.ts';
import type { Repository } from '../../store/rows.ts';
import type { Actions } from '../actions.ts';
import type { WorkflowRow } from '../rows.ts';
import { parseWorkflow } from '../workflow/parse.ts';

const FOLDER = '.github/workflows';

export interface WorkflowFile {
  readonly path: string;
  readonly source: string;
}

/** The workflow files of a commit, by path. */
export async function workflowFiles(git: GitRepository, sha: string): Promise<WorkflowFile[]> {
  const tree = await git.tree(`${sha}:${FOLDER}`);
  const files = (tree?.entries ?? []).filter(({ type, name }) => type === 'blob' && /\.ya?ml$/.test(name));
  return Promise.all(
    files.map(async ({ name, sha: blob }) => ({
      path: `${FOLDER}/${name}`,
      source: (await git.read(blob))!.content.toString('utf8'),
    })),
  );
}

/** Records a workflow under the name its file gives it. */
export function register({ hub, tables }: Actions, repo: Repository, path: string, name: string): WorkflowRow {
  const found = tables.workflows.find({ repo: repo.id, path });
  const now = timestamp(hub);
  if (!found)
    return tables.workflows.insert({ repo: repo.id, path, name, state: 'active', createdAt: now, updatedAt: now });
  return found.name === name ? found : tables.workflows.update(found.id, { name, updatedAt: now });
}

/** Records the workflows of the default branch, and returns every one the repository has had. */
export async function knownWorkflows(actions: Actions, repo: Repository): Promise<WorkflowRow[]> {
  const git = actions.hub.git(repo);
  const head = await git.refSha(`refs/heads/${repo.defaultBranch}`);
  for (const { path, source } of head === undefined ? [] : await workflowFiles(git, head)) {
    const parsed = await parseWorkflow(path, source);
    register(actions, repo, path, parsed.ok ? parsed.workflow.name : path);
  }
  return actions.tables.workflows.list({ repo: repo.id });
}
