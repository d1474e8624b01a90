import type { Actor } from '../auth/actor.ts';
import type { GitRepository } from '../git/repository.ts';
import { forbidden } from '../http/failure.ts';
import { mayWriteWorkflows } from './push-policy.ts';

const FOLDER = '.github/workflows';

async function workflowFiles(git: GitRepository, name: string, folder = FOLDER): Promise<string[]> {
  const tree = await git.tree(`${name}:${folder}`);
  const nested = (tree?.entries ?? []).map((entry) => {
    const path = `${folder}/${entry.name}`;
    return entry.type === 'tree' ? workflowFiles(git, name, path) : Promise.resolve([`${entry.sha} ${path}`]);
  });
  return (await Promise.all(nested)).flat();
}

/**
 * Refuses a commit that adds or changes a workflow file to an App without `workflows`. A file is allowed when a branch's
 * tip has it at the same path with the same content, which is GitHub's rule: so a new ref made of an old commit is
 * refused too, once every branch has moved on.
 */
export async function guardWorkflows(git: GitRepository, actor: Actor, sha: string): Promise<void> {
  if (mayWriteWorkflows(actor)) return;
  const wanted = await workflowFiles(git, sha);
  if (wanted.length === 0) return;
  const known = new Set<string>();
  for (const ref of await git.refs('refs/heads')) for (const file of await workflowFiles(git, ref.sha)) known.add(file);
  const refused = wanted.find((file) => !known.has(file));
  if (refused === undefined) return;
  const path = refused.slice(41);
  throw forbidden(
    `refusing to allow a GitHub App to create or update workflow \`${path}\` without \`workflows\` permission`,
  );
}
