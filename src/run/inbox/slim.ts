import { lineage, type Variant } from '../../archive/archive.ts';
import { HuxleyError } from '../../model/error.ts';
import { type VariantId, variantId } from '../../model/ids.ts';
import { MAX_DROPPED } from '../../model/memory/slim.ts';
import { count, few } from '../../report/text/figures.ts';
import { contributionsOf, showsNone } from '../../search/contribution/contribution.ts';
import type { Done, OpenRun } from '../state/open-run.ts';
import { handJob, mustAfford } from './by-hand.ts';

/** @throws HuxleyError `command.state` where the run does not search */
export function mustSearch({ archive: { status }, key }: OpenRun): void {
  if (status === 'running' || status === 'paused') return;
  throw new HuxleyError(
    'command.state',
    `Run ${key.run} has stopped searching, so it measures no new variants.`,
    '`/huxley explain vN` shows what each edit contributed. Revert those of no use on a branch of your own, and measure its pull request with `/huxley measure`.',
  );
}

/**
 * Has a child made of a variant without the edits in it that show no contribution, as far as git can revert them. Gives the reply.
 * @throws HuxleyError `command.*`
 */
export async function slim(run: OpenRun, variant: Variant, by: string, done: Done): Promise<string> {
  const { search } = run.archive;
  const { id, number } = variant;
  const drop = toDrop(run, variant);
  const before = search.variants.find(
    (each) => each?.parent === number && each.state !== 'lost' && each.birth?.slim?.drop.join() === drop.join(),
  );
  if (before)
    throw new HuxleyError(
      'command.slimmed',
      `${before.id} is already ${before.summary}.`,
      `See \`/huxley explain ${before.id}\`.`,
    );
  mustAfford(run, 'expand', 1);
  const child = variantId(search.variants.length);
  return done(
    `${child} becomes ${id} without the ${drop.length === 1 ? 'edit' : `${count(drop.length, 'edit')}`} of ${few(drop)}, which showed no contribution. A worker reverts them from the newest to the oldest, leaves those that later edits build on, and runs the agent’s own check; \`/huxley explain ${child}\` shows the result. Then it is measured like any other. Making it uses none of the budget.`,
    { type: 'slim.ordered', job: handJob(run), variant: child, parent: id, by, drop },
  );
}

/** The edits that a slim variant goes without, the newest first. @throws HuxleyError `command.lineage` or `command.contribution` */
function toDrop({ archive: { search }, policy }: OpenRun, { id, number }: Variant): VariantId[] {
  const edits = lineage(search, number).filter((each) => each.number > 0);
  if (edits.length < 2)
    throw new HuxleyError(
      'command.lineage',
      edits.length === 0
        ? 'The root contains no edits of the run.'
        : `${id} has a single edit: without it, it is the root.`,
      'Name a variant with more edits in it.',
    );
  // What a slim variant dropped is gone, what it could not drop stays, and what it did is no edit to take back.
  const tried = new Set(edits.flatMap(({ birth }) => birth?.slim?.drop ?? []));
  const inIt = edits.filter((each) => !each.birth?.slim && !tried.has(each.id));
  const left = inIt.map((each) => each.number);
  const none = contributionsOf(search, number, policy)
    .filter((edit) => left.includes(edit.variant) && showsNone(edit))
    .sort((a, b) => a.mean - b.mean)
    .slice(0, MAX_DROPPED);
  if (none.length === 0)
    throw new HuxleyError(
      'command.contribution',
      `Each edit in ${id} shows a contribution${tried.size === 0 ? '' : ', or was to be dropped before'}.`,
      `See \`/huxley explain ${id}\`. Ancestors that were run on more tasks are judged better: \`/huxley evaluate vN\`.`,
    );
  const drop = edits.filter((each) => none.some(({ variant }) => variant === each.number));
  // Without its last edits alone it is the ancestor it had them from, and without all of them the root.
  const all = drop.length === inIt.length;
  if (all || drop.every((each, at) => each === edits[at])) {
    const ancestor = search.variants[all ? 0 : drop.at(-1)!.parent]!;
    throw new HuxleyError(
      'command.contribution',
      ancestor.number === 0
        ? `No edit in ${id} shows a contribution: without them it is the root.`
        : `${few(drop.map((each) => each.id))} show${drop.length === 1 ? 's' : ''} no contribution, and ${id} without ${drop.length === 1 ? 'it' : 'them'} is ${ancestor.id}, which exists already.`,
      ancestor.number === 0
        ? 'Have it and its ancestors run on more tasks first: `/huxley evaluate vN`.'
        : `Have it measured more with \`/huxley evaluate ${ancestor.id}\`, or name it: \`/huxley slim ${ancestor.id}\`.`,
    );
  }
  return drop.map((each) => each.id);
}
