import { barredBy, findVariant, lineage, rootOf, type Variant } from '../../archive/archive.ts';
import { parentOf } from '../../archive/source.ts';
import { resolvedOf } from '../../archive/tries.ts';
import { HuxleyError, sentence } from '../../model/error.ts';
import { type VariantId, variantNumber } from '../../model/ids.ts';
import { mapAtOnce } from '../../model/limits/at-once.ts';
import {
  type Changed,
  mergeTitle,
  type PullRequestDetails,
  pullRequestTitle,
  renderPullRequest,
} from '../../report/pull-request.ts';
import { type RunView, variantIn } from '../../report/view.ts';
import { contributionsOf } from '../../search/contribution/contribution.ts';
import { setAttention } from '../state/attention.ts';
import { secondsSince } from '../state/clock.ts';
import { type Diff, DOCUMENTS, type Making } from '../state/documents.ts';
import type { OpenRun } from '../state/open-run.ts';
import { branchOf } from '../state/spec.ts';
import { step } from '../state/step.ts';
import { measureDiff } from './measure-diff.ts';

/** Pull requests tended at the same time while writes are saved, so that they go together. */
const TOGETHER = 20;

/** Has the pull request speak of everything it would merge, from now on: its base is the default branch. */
export async function tellWhole(run: OpenRun, { id, sha, tree }: Variant): Promise<void> {
  if ((await run.documents.read(DOCUMENTS.whole.of(id))) !== undefined) return;
  const { root } = run.archive.settings;
  const [before, after] = await Promise.all([root.tree, tree!].map((each) => run.forge.listFiles(each)));
  const old = new Map(before!.map((file) => [file.path, file.sha]));
  const now = new Map(after!.map((file) => [file.path, file.sha]));
  const paths = [...new Set([...old.keys(), ...now.keys()])].filter((path) => old.get(path) !== now.get(path));
  await run.documents.write(DOCUMENTS.whole.of(id), await measureDiff(run.forge, root.sha, sha!, paths));
}

/** The number of a variant's pull request, if it has one yet. */
export async function pullNumber(run: OpenRun, variant: VariantId): Promise<number | undefined> {
  return run.documents.done(DOCUMENTS.pull.of(variant));
}

/** The numbers of the pull requests there are. */
export async function pullNumbers(run: OpenRun): Promise<ReadonlyMap<VariantId, number>> {
  const pulls = await run.documents.list(DOCUMENTS.pull);
  return new Map([...pulls].flatMap(([id, pull]) => ('done' in pull ? [[id as VariantId, pull.done] as const] : [])));
}

/** Opens the pull requests that are missing, and brings the bodies up to date that are out of it. Seconds until it should look again. */
export async function tendPullRequests(run: OpenRun, view: RunView): Promise<number | null> {
  const makings = await run.documents.list(DOCUMENTS.making);
  const waits = await mapAtOnce([...makings], run.forge.frugal ? TOGETHER : 1, async ([id, making]) => {
    const variant = findVariant(run.archive, id as VariantId);
    if (!variant || (variant.state !== 'live' && variant.state !== 'failed')) return null;
    return step(run, `pull request of ${id}`, () => tend(run, view, variant, making));
  });
  const known = waits.filter((wait) => typeof wait === 'number');
  return known.length === 0 ? null : Math.min(...known);
}

async function tend(run: OpenRun, view: RunView, variant: Variant, making: Making): Promise<number | null> {
  const { key, forge, documents } = run;
  const head = branchOf(key.run, variant.id);
  const left = DOCUMENTS.body.of(variant.id);
  const known = await documents.read(left);
  const closed = whyClosed(run, variant);
  const open = closed === null;
  const waits = run.archive.outcome?.shipped === variant.id && (await documents.read(DOCUMENTS.release)) === 'awaiting';
  const whole = (await documents.read(DOCUMENTS.whole.of(variant.id))) ?? null;
  const settled = variantIn(view, variant.id).predictions?.judged.map(({ came }) => came);
  const wanted = contentKey(run, variant, [
    ...(settled ?? []),
    ...(closed === null ? [] : [closed]),
    ...(waits ? ['waits'] : []),
    ...(whole === null ? [] : ['whole']),
  ]);
  if (known === undefined) {
    const node = variantIn(view, variant.id);
    const body = textOf(closed, waits) + renderPullRequest(view, node, detailsOf(run, variant, making, whole));
    const number = await openOrWait(run, variant.id, () =>
      documents.once(
        DOCUMENTS.pull.of(variant.id),
        async () => {
          const base = branchOf(key.run, parentOf(run.archive, variant.id));
          const title = pullRequestTitle({ variant: variant.id, summary: making.title });
          return (await forge.openPull({ head, base, title, body })).number;
        },
        async () => (await forge.findPull(head))?.number ?? null,
      ),
    );
    if (number === null) return run.options.sweepSeconds;
    if (!open) await forge.editPull(number, { body, open: false });
    await documents.write(left, { key: wanted, at: run.clock.now().toISOString(), open });
    return null;
  }
  if (known.key === wanted && known.open === open) return null;
  const age = secondsSince(run.clock.now(), known.at);
  const urgent = known.open !== open || run.archive.status === 'ended' || run.archive.gate !== null;
  if (!urgent && age < run.options.bodySeconds) return run.options.bodySeconds - age;
  const number = (await pullNumber(run, variant.id))!;
  const body =
    textOf(closed, waits) +
    renderPullRequest(view, variantIn(view, variant.id), detailsOf(run, variant, making, whole));
  const title = whole === null ? {} : { title: mergeTitle(view, variantIn(view, variant.id)) };
  await forge.editPull(number, { body, ...title, ...(known.open === open ? {} : { open }) });
  await documents.write(left, { key: wanted, at: run.clock.now().toISOString(), open });
  return null;
}

/** Null while somebody else's pull request is in the way of a variant's own. */
async function openOrWait(run: OpenRun, id: VariantId, open: () => Promise<number>): Promise<number | null> {
  try {
    const number = await open();
    await setAttention(run, `pull ${id}`, null);
    return number;
  } catch (error) {
    if (!(error instanceof HuxleyError) || error.code !== 'forge.pull-taken') throw error;
    await setAttention(run, `pull ${id}`, `${id} has no pull request. ${error.inFull}`);
    return null;
  }
}

/** Why a variant's pull request is to be closed; null while it is to be open. */
function whyClosed(run: OpenRun, { id, number, state, pruned }: Variant): string | null {
  const { outcome, extensions, opened } = run.archive;
  if (state === 'failed') return `${id} did not pass its own check`;
  if (barredBy(run.archive.search, number) !== undefined)
    return `${id} can never be merged: it tampered with what grades it, or descends from a variant that did`;
  if (pruned) return `${id} was taken out of the search`;
  if (outcome === null) return extensions === 0 || id === opened ? null : `the run had ended without ${id}`;
  const kept = outcome.outcome === 'merged' || outcome.outcome === 'offered' ? outcome.shipped : null;
  if (id === kept) return null;
  if (kept === null) return 'the run ended and no variant passed the gate';
  const { search } = run.archive;
  const within = lineage(search, variantNumber(kept)).some((ancestor) => ancestor.id === id);
  return `the run ended and chose ${kept}${within ? `, which includes the change of ${id}` : ''}`;
}

/** What a person has to do, first of all. */
const WAITS =
  '> **This pull request waits for you.** Read the change. Then approve it, or comment `/huxley promote` here: Huxley pushes the commit that your checks run on and marks this ready to be merged. ' +
  'Until then none of your CI has run on this code, and it had access to no secrets. Do not merge it before that: its last commit tells CI to skip it.\n\n';

function textOf(closed: string | null, waits: boolean): string {
  if (waits) return WAITS;
  return closed === null ? '' : `> Closed: ${sentence(closed)}\n\n`;
}

/** What makes a body worth writing again: the variant's own evidence and standing, not every change elsewhere in the tree. */
function contentKey(run: OpenRun, { id, number, own, pruned, state }: Variant, more: readonly string[]): string {
  const { opened, gate, promoted } = run.archive;
  return JSON.stringify([
    own,
    pruned,
    state,
    opened === id ? gate : null,
    promoted === id,
    barredBy(run.archive.search, number)?.id,
    ...more,
  ]);
}

function detailsOf(run: OpenRun, variant: Variant, making: Making, whole: Diff | null): PullRequestDetails {
  const decided = variant.birth?.decision;
  return {
    sha: making.sha,
    evidenceTasks: making.tasks,
    donor: making.donor,
    diff: { files: making.files, added: making.added, removed: making.removed },
    addsDependencies: making.addsDependencies ?? (run.spec.configuration.agent.allowDependencies ? null : false),
    unusual: (making.unusual ?? []).map(({ path, note }) => `${path}: ${note}`),
    whole,
    diagnosis: making.diagnosis,
    decision: decided ? { n: decided.n, reason: decided.decision.reason } : null,
    ...differences(run, variant),
    gate: run.archive.opened === variant.id ? run.archive.gate : null,
    checkPassed: making.checkPassed,
    ...(whole && { contributions: contributionsOf(run.archive.search, variant.number, run.policy) }),
  };
}

/** A task is fixed when more of the variant's attempts than of the root's resolve it, broken when fewer do. */
function differences(run: OpenRun, variant: Variant): { fixed: Changed[]; broken: Changed[] } {
  const { tasks } = run.archive.search;
  const root = rootOf(run.archive.search);
  const fixed: Changed[] = [];
  const broken: Changed[] = [];
  tasks.forEach((task, i) => {
    const before = resolvedOf(root, i);
    const after = resolvedOf(variant, i);
    if (before.n === 0 || after.n === 0) return;
    const gain = after.resolved * before.n - before.resolved * after.n;
    if (gain !== 0) (gain > 0 ? fixed : broken).push({ task, root: before, variant: after });
  });
  return { fixed, broken };
}
