import { parentOf } from '../../archive/source.ts';
import type { ExpandOrder, ExpandResult } from '../../contract/contract.ts';
import type { FileChange } from '../../model/file.ts';
import type { Sha } from '../../model/ids.ts';
import { dependencyProblem } from '../../operator/patch/dependencies.ts';
import type { Unusual } from '../../operator/patch/validate.ts';
import { DOCUMENTS, type Making } from '../state/documents.ts';
import type { OpenRun } from '../state/open-run.ts';
import { type CommitContent, sameCommit } from '../state/same-commit.ts';
import { branchOf } from '../state/spec.ts';
import { commitMessage } from '../state/trailers.ts';
import { measureDiff } from './measure-diff.ts';

/** Whether a patch brings dependencies its parent does not have. Where they are not allowed it never gets here. */
async function addsDependencies({ forge }: OpenRun, parent: Sha, files: readonly FileChange[]): Promise<boolean> {
  for (const { path, content } of files)
    if (dependencyProblem(path, await forge.readFile(path, parent), content, false) !== null) return true;
  return false;
}

/**
 * Makes the commit and the branch of a child from a worker's files. Asked again with the same order and result it goes on
 * with the commit it had made: GitHub signs and dates commits, so that another would be a different one.
 */
export async function makeVariant(
  run: OpenRun,
  order: ExpandOrder,
  result: ExpandResult,
  unusual: readonly Unusual[],
): Promise<Making> {
  const { forge } = run;
  const variant = order.operator.child;
  const title = result.diagnosis?.title ?? 'an unnamed change';
  const donor = order.operator.donor?.variant ?? null;
  const tree = await forge.createTree(order.tree, result.files);
  const message = commitMessage(title, result.diagnosis?.proposal ?? '', {
    run: run.key.run,
    variant,
    parent: parentOf(run.archive, variant),
    operator: order.operator.name,
    job: order.jobId,
    tasks: order.tasks,
    donor,
  });
  const sha = await commitOnce(run, branchOf(run.key.run, variant), { tree, parents: [order.sha], message });
  const making: Making = {
    sha,
    tree,
    title,
    diagnosis: result.diagnosis && { summary: result.diagnosis.summary, proposal: result.diagnosis.proposal },
    ...(await measureDiff(
      forge,
      order.sha,
      sha,
      result.files.map(({ path }) => path),
    )),
    tasks: order.tasks,
    donor,
    checkPassed: order.agent.check === null ? null : result.failure?.stage !== 'check',
    ...(unusual.length > 0 && { unusual: unusual.slice(0, 50) }),
    addsDependencies: order.agent.allowDependencies && (await addsDependencies(run, order.sha, result.files)),
  };
  await run.documents.write(DOCUMENTS.making.of(variant), making);
  return making;
}

/** The commit at the head of a branch of its own, made once: what is there already is taken where it is the same. */
async function commitOnce({ forge, documents }: OpenRun, branch: string, commit: CommitContent): Promise<string> {
  const there = await forge.branch(branch);
  if (there !== null && sameCommit(await forge.commit(there), commit)) return there;
  const making = DOCUMENTS.commit.of(branch);
  const known = await documents.read(making);
  const of = JSON.stringify([commit.tree, commit.parents, commit.message]);
  const sha = known?.of === of ? known.sha : await forge.createCommit(commit);
  await documents.write(making, { sha, of });
  await forge.createBranch(branch, sha);
  await documents.remove(making);
  return sha;
}
