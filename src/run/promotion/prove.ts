import type { Variant } from '../../archive/archive.ts';
import { startsOver } from '../../archive/held-out.ts';
import type { ProveOptions } from '../../command/command.ts';
import { HuxleyError } from '../../model/error.ts';
import { MAX_ROUND } from '../../model/event.ts';
import { accountOf, type VariantId } from '../../model/ids.ts';
import { affords, costCap } from '../../order/spending.ts';
import { count, dollars } from '../../report/text/figures.ts';
import { levelText } from '../../report/verdict/level-text.ts';
import { judgedOf } from '../../search/gate/judged.ts';
import { refusalOf } from '../../search/gate/rounds.ts';
import { chanceToPass, levelAtEnd } from '../../search/gate/sequential.ts';
import { aloneInAccount, mustHaveRoom } from '../limits/account.ts';
import { spentByAccount } from '../limits/month.ts';
import { whyWithdrawn } from '../measure/follow-pull.ts';
import { setAttention } from '../state/attention.ts';
import { DOCUMENTS } from '../state/documents.ts';
import type { Done, OpenRun } from '../state/open-run.ts';
import { branchOf, mergeBranch } from '../state/spec.ts';
import { whyNothing, withGrant } from './ledger.ts';

/** What was asked for, and by whom. */
interface Wanted extends ProveOptions {
  readonly by: string;
}

/**
 * Buys more held-out evidence for a variant of a run that has ended: its comparison goes on where it was.
 * @throws HuxleyError `command.*` where that cannot be, or could only be refused
 */
export async function prove(
  run: OpenRun,
  { id }: Variant,
  { evaluations: wanted, costUSD = 0, by }: Wanted,
  done: Done,
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
  await mustBeThere(run, id);
  const before = startsOver(run.archive, id) || !comparisons.has(id) ? null : judgedOf(run.archive, id);
  const rounds = before?.seen.rounds.length ?? 0;
  if (rounds > MAX_ROUND)
    throw new HuxleyError(
      'command.rounds',
      `${id} has been measured on every held-out task ${rounds} times already.`,
      'Add tasks, and start another run.',
    );
  if (before !== null && refusalOf(before) === 'missing')
    throw new HuxleyError(
      'command.missing',
      `Too many results of the held-out comparison of ${id} are missing, and what has begun is not measured again: more evidence could not make it pass.`,
      'Fix what kept the jobs from giving results, and start another run with `/huxley run`.',
    );
  const limit = settings.costUSD;
  const raised = { ...run.archive, settings: { ...settings, costUSD: limit === null ? null : limit + costUSD } };
  const round = 2 * settings.heldOut.length;
  if (!affords(raised, run.spec.configuration, 'evaluate', round))
    throw new HuxleyError(
      'command.dollars',
      `Another round could cost ${dollars(costCap(run.spec.configuration, 'evaluate', round))}, and ${dollars(run.archive.spentUSD)} of $${raised.settings.costUSD} is spent.`,
      'Raise the limit: `costUSD=` is the amount to add.',
    );
  // It may wait for GitHub's limits, and nobody of the account with it.
  await restoreMergeBranch(run, id);
  return aloneInAccount(run, run.key.repository, run.limits, async () => {
    await mustBeAllowed(run, costUSD);
    const evaluations = wanted ?? settings.gate!.evaluations;
    const after = before?.progress.done ?? 0;
    // What the last end left behind belongs to that end; what it said of it is looked for before it is said again.
    for (const document of [DOCUMENTS.finalized, DOCUMENTS.release, DOCUMENTS.mergeSince])
      await run.documents.remove(document);
    await run.documents.write(DOCUMENTS.summary, { intended: true });
    await setAttention(run, 'heldout', null);
    return withGrant(run, { evaluations, after }, (grant, ledgerOmits) => {
      const leftOut = before?.comparison.leftOut ?? ledgerOmits;
      const nothing = whyNothing(run.archive.settings, grant, leftOut);
      if (nothing !== null) throw new HuxleyError('command.nothing', nothing, 'Add tasks: they start fresh.');
      const chance =
        before === null || after === 0 || settings.gate!.goal === 'cost'
          ? ''
          : ` If its gain is what it looks like, it passes with a chance of about ${Math.round(100 * chanceToPass(before.seen.rounds, after, after + evaluations, levelAtEnd({ grants: [...before.comparison.grants, grant] })))} %.`;
      const most = Math.max(evaluations, round);
      return done(
        `${id} and the root are measured further, on up to ${count(most, 'held-out evaluation')} (at most ${dollars(costCap(run.spec.configuration, 'evaluate', most))}); ${after === 0 ? 'its comparison begins' : `its comparison continues after ${count(after, 'evaluation')}`}.${chance} ${levelText({ confidence: settings.confidence, promise: settings.gate!.promise }, grant)}`,
        {
          type: 'heldout.extended',
          variant: id,
          by,
          grant,
          ...(leftOut.length > 0 && before === null ? { leftOut } : {}),
          ...(costUSD > 0 ? { costUSD } : {}),
        },
      );
    });
  });
}

/**
 * Whether an account may have one more run that goes on. It counts as all it may spend, what it had left at its end included.
 * @throws HuxleyError `limit.runs`, or `limit.dollars` where the account's dollars of the month do not pay that, with so many more
 */
async function mustBeAllowed(run: OpenRun, moreUSD: number): Promise<void> {
  const { key, limits, store, clock, archive } = run;
  const { runs, monthlyUSD } = limits;
  const account = accountOf(key.repository);
  await mustHaveRoom(run, key, runs, () => store.pending());
  if (monthlyUSD === null) return;
  const { spentUSD, settings } = archive;
  const left = Math.max(0, (settings.costUSD ?? spentUSD) - spentUSD);
  const spent = left + (await spentByAccount(clock.now(), store, account));
  if (spent + moreUSD <= monthlyUSD) return;
  throw new HuxleyError(
    'limit.dollars',
    `This server allows ${account} ${dollars(monthlyUSD)} a month, and ${dollars(spent)} is spent or promised to runs in progress.`,
    'Give less with `costUSD=`, wait for the next month (UTC), or ask the administrator of the server.',
  );
}

/**
 * The branch that holds a variant merged with the default branch goes when a run ends; its commit does not. It goes again, with the
 * run's end that is then to be finalized once more, where the evidence is not bought after all.
 */
async function restoreMergeBranch({ archive, documents, forge, key }: OpenRun, id: VariantId): Promise<void> {
  if (archive.opened !== id || archive.comparison === null) return;
  const { base, merged } = archive.comparison;
  const name = mergeBranch(key.run, id, base.sha);
  if ((await forge.branch(name)) !== null) return;
  await documents.remove(DOCUMENTS.finalized);
  await forge.createBranch(name, merged.sha);
}

/** @throws HuxleyError `command.branch` for a variant that could not be merged any more */
async function mustBeThere(run: OpenRun, id: VariantId): Promise<void> {
  const withdrawn = run.archive.settings.measure && (await whyWithdrawn(run));
  if (withdrawn)
    throw new HuxleyError(
      'command.branch',
      `The pull request ${withdrawn}.`,
      'Measure it again with `/huxley measure`.',
    );
  const branch = branchOf(run.key.run, id);
  if (run.archive.settings.measure || (await run.forge.branch(branch)) !== null) return;
  throw new HuxleyError(
    'command.branch',
    `Branch ${branch} is gone, so ${id} could not be merged.`,
    'Restore it, and set `merge: { branches: keep }` for later runs.',
  );
}
