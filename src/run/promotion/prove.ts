import type { Variant } from '../../archive/archive.ts';
import type { ProveOptions } from '../../command/command.ts';
import { HuxleyError } from '../../model/error.ts';
import { MAX_ROUND } from '../../model/event.ts';
import { affords, costCap } from '../../order/spending.ts';
import { count, dollars } from '../../report/text/figures.ts';
import { levelText } from '../../report/verdict/level-text.ts';
import { chanceToPass, totalLevel } from '../../search/gate/sequential.ts';
import { DOCUMENTS } from '../state/documents.ts';
import type { OpenRun } from '../state/open-run.ts';
import { branchOf } from '../state/spec.ts';
import { judgedOf, roundOf } from './judge-run.ts';
import { recordGrant } from './ledger.ts';

/**
 * Buys more held-out evidence for a variant of a run that has ended: its comparison goes on where it was.
 * @throws HuxleyError `command.*` where that cannot be
 */
export async function prove(
  run: OpenRun,
  { id }: Variant,
  { evaluations: wanted, costUSD = 0 }: ProveOptions,
  by: string,
): Promise<string> {
  const { settings, comparisons } = run.archive;
  if (settings.gate === undefined || settings.heldOut.length === 0)
    throw new HuxleyError(
      'command.fixed',
      settings.gate === undefined
        ? `Run ${run.key.run} was started by an older version: its comparison is of fixed size.`
        : `Run ${run.key.run} has no held-out tasks.`,
      'Start another run with `/huxley run`.',
    );
  const branch = branchOf(run.key.run, id);
  if ((await run.forge.branch(branch)) === null)
    throw new HuxleyError(
      'command.branch',
      `Branch ${branch} is gone, so ${id} could not be merged.`,
      'Restore it, and set `merge: { branches: keep }` for later runs.',
    );
  const rounds = roundOf(run.archive, id);
  if (rounds > MAX_ROUND)
    throw new HuxleyError(
      'command.rounds',
      `${id} has been measured on every held-out task ${rounds} times already.`,
      'Add tasks, and start another run.',
    );
  const limit = settings.costUSD;
  const raised = { ...run.archive, settings: { ...settings, costUSD: limit === null ? null : limit + costUSD } };
  const round = 2 * settings.heldOut.length;
  if (!affords(raised, run.spec.configuration, 'evaluate', round))
    throw new HuxleyError(
      'command.dollars',
      `Another round could cost ${dollars(costCap(run.spec.configuration, 'evaluate', round))}, and ${dollars(run.archive.spentUSD)} of $${raised.settings.costUSD} are spent.`,
      'Raise the limit with `costUSD=`, by so many dollars.',
    );
  const evaluations = wanted ?? settings.gate.evaluations;
  const seen = comparisons.has(id) ? judgedOf(run.archive, id, rounds) : null;
  const after = seen?.progress.done ?? 0;
  // What the last end left behind belongs to that end.
  for (const document of [DOCUMENTS.finalized, DOCUMENTS.summary, DOCUMENTS.release, DOCUMENTS.mergeSince])
    await run.documents.remove(document);
  await recordGrant(run, { evaluations, after }, (grant, leftOut) => [
    {
      type: 'heldout.extended',
      variant: id,
      by,
      grant,
      ...(leftOut.length > 0 && seen === null ? { leftOut } : {}),
      ...(costUSD > 0 ? { costUSD } : {}),
    },
  ]);
  const { grants } = run.archive.comparisons.get(id)!;
  const chance =
    seen === null || after === 0 || settings.gate.goal === 'cost'
      ? ''
      : ` If its gain is what it looks like, it passes with a chance of about ${Math.round(100 * chanceToPass(seen.seen.rounds, after, after + evaluations, totalLevel({ grants })))} %.`;
  const most = costCap(run.spec.configuration, 'evaluate', Math.max(evaluations, round));
  return `${id} is measured further beside the root, on up to ${count(Math.max(evaluations, round), 'held-out evaluation')} (at most ${dollars(most)}); ${after === 0 ? 'its comparison begins' : `its comparison goes on after ${count(after, 'evaluation')}`}.${chance} ${levelText(settings.confidence, grants.at(-1)!)}`;
}
