import { findVariant } from '../../archive/archive.ts';
import { parentOf } from '../../archive/source.ts';
import { mayStartOnPush } from '../../config/risky-workflows.ts';
import type { ExpandOrder, ExpandResult } from '../../contract/contract.ts';
import type { FileChange } from '../../model/file.ts';
import type { Sha, VariantId } from '../../model/ids.ts';
import { droppedOf, slimTitle } from '../../model/memory/slim.ts';
import { dependencyProblem } from '../../operator/patch/manifests/dependencies.ts';
import type { Unusual } from '../../operator/patch/validate.ts';
import { DOCUMENTS, type Making } from '../state/documents.ts';
import type { OpenRun } from '../state/open-run.ts';
import { type CommitContent, sameCommit } from '../state/same-commit.ts';
import { branchOf } from '../state/spec.ts';
import { adoptedMessage, commitMessage, type Slimmed, slimMessage } from '../state/trailers.ts';
import { measureDiff } from './measure-diff.ts';

/** Whether a patch brings dependencies its parent does not have. Where they are not allowed it never gets here. */
async function addsDependencies({ forge }: OpenRun, parent: Sha, files: readonly FileChange[]): Promise<boolean> {
  for (const { path, content } of files)
    if (dependencyProblem(path, await forge.readFile(path, parent), content, { allowDependencies: false }) !== null)
      return true;
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
  const birth = findVariant(run.archive, variant)?.birth;
  const adopted = birth?.adopted;
  const slim = slimmed(order, result);
  const { operator, jobId: job, tasks } = order;
  const donor = 'donor' in operator ? (operator.donor?.variant ?? null) : null;
  const of = { run: run.key.run, variant, parent: parentOf(run.archive, variant), job };
  const title =
    adopted?.title ?? (slim && slimTitle(of.parent, slim.dropped)) ?? result.diagnosis?.title ?? 'an unnamed change';
  const message =
    'donor' in operator
      ? commitMessage(title, result.diagnosis?.proposal ?? '', {
          ...of,
          operator: operator.name,
          tasks,
          donor,
          ideaBy: birth?.idea?.by,
        })
      : slim
        ? slimMessage(of, { ...slim, by: birth!.slim!.by })
        : adoptedMessage(of, adopted!);
  const branch = branchOf(run.key.run, variant);
  const wanted: Wanted = { branch, there: await forge.branch(branch), order, changes: result.files, message };
  const { sha, tree } = (await commitAtOnce(run, wanted)) ?? (await commitOnce(run, wanted));
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
    tasks,
    donor,
    checkPassed: order.agent.check === null ? null : result.failure?.stage !== 'check',
    ...(unusual.length > 0 && { unusual: unusual.slice(0, 50) }),
    addsDependencies: order.agent.allowDependencies && (await addsDependencies(run, order.sha, result.files)),
  };
  await run.documents.write(DOCUMENTS.making.of(variant), making);
  return making;
}

/** Of an order to slim: the edits that the worker took back, and those it says it could not; null for any other order. */
export function slimmed({ operator }: ExpandOrder, { unreverted = [] }: ExpandResult): Slimmed | null {
  if (operator.name !== 'slim') return null;
  const drop = operator.drop.map(({ variant }) => variant);
  return {
    dropped: droppedOf({ drop, unreverted }),
    unreverted: drop.filter((variant) => unreverted.includes(variant)),
  };
}

/** Takes back what `makeVariant` made, where it came to the code of another variant. */
export async function unmakeVariant({ forge, documents, key }: OpenRun, variant: VariantId): Promise<void> {
  await forge.deleteBranch(branchOf(key.run, variant));
  await documents.remove(DOCUMENTS.making.of(variant));
}

/** A commit on a branch of its own, and where that branch is now. */
interface Wanted {
  readonly branch: string;
  readonly there: Sha | null;
  /** What it is made on. */
  readonly order: Pick<ExpandOrder, 'sha' | 'tree'>;
  readonly changes: readonly FileChange[];
  readonly message: string;
}

/** A message of a headline, one empty line and a body: what GitHub puts together of the two parts GraphQL takes. */
const SPLITS = /^[^\n]+\n\n[^\n]/;

/**
 * The branch and its commit in one request instead of three, where writes are to be saved and it can be done: its message stays as
 * it is, down to the empty lines before the trailers, no file of it is executable, nothing of that name is there but where it
 * begins, and nothing starts on a push of that.
 */
async function commitAtOnce(
  run: OpenRun,
  { branch, there, order, changes, message }: Wanted,
): Promise<{ sha: Sha; tree: Sha } | null> {
  const { forge } = run;
  if (there !== null && there !== order.sha) return null;
  // Commits of variants say that checks are to be skipped; the root's does not.
  if (!forge.frugal || (order.sha === run.archive.settings.root.sha && (await rootStartsWork(run)))) return null;
  if (changes.some(({ mode }) => mode !== '100644') || !SPLITS.test(message)) return null;
  const paths = new Set(changes.map(({ path }) => path));
  const before = (await forge.listFiles(order.tree)).filter(({ path }) => paths.has(path));
  if (before.some(({ mode }) => mode !== '100644')) return null;
  return forge.commitOnBranch(branch, { base: order.sha, begun: there !== null, changes, message });
}

async function rootStartsWork({ forge, archive, documents }: OpenRun): Promise<boolean> {
  const known = await documents.read(DOCUMENTS.startsOnPush);
  if (known !== undefined) return known;
  const { sha, tree } = archive.settings.root;
  const paths = (await forge.listFiles(tree)).map(({ path }) => path);
  const workflows = paths.filter((path) => /^\.github\/workflows\/[^/]+\.ya?ml$/.test(path));
  const texts = await Promise.all(workflows.map((path) => forge.readFile(path, sha)));
  const starts = mayStartOnPush(
    paths,
    texts.map((text) => text ?? ''),
  );
  await documents.write(DOCUMENTS.startsOnPush, starts);
  return starts;
}

/** The commit at the head of a branch of its own, made once: what is there already is taken where it is the same. */
async function commitOnce(
  { forge, documents }: OpenRun,
  { branch, there, order, changes, message }: Wanted,
): Promise<{ sha: Sha; tree: Sha }> {
  const tree = await forge.createTree(order.tree, changes);
  const commit: CommitContent = { tree, parents: [order.sha], message };
  if (there !== null && sameCommit(await forge.commit(there), commit)) return { sha: there, tree };
  const making = DOCUMENTS.commit.of(branch);
  const known = await documents.read(making);
  const of = JSON.stringify([commit.tree, commit.parents, commit.message]);
  const sha = known?.of === of ? known.sha : await forge.createCommit(commit);
  await documents.write(making, { sha, of });
  // Where a commit at once was broken off the branch is there, and still where it began.
  if (there === order.sha) await forge.advanceBranch(branch, sha);
  else await forge.createBranch(branch, sha);
  await documents.remove(making);
  return { sha, tree };
}
