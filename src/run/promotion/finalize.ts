import { OUTCOME_WORDS } from '../../report/outcome-text.ts';
import { block, inline } from '../../report/text/escape.ts';
import { count, dollars } from '../../report/text/figures.ts';
import { markerToString } from '../../report/text/marker.ts';
import { reportOn } from '../calibration/report.ts';
import { calibrationText } from '../calibration/text.ts';
import { measureText } from '../measure/text.ts';
import { ownComment, wasTaken } from '../publish/own-comment.ts';
import { DOCUMENTS } from '../state/documents.ts';
import type { OpenRun } from '../state/open-run.ts';
import type { RunDocuments } from '../state/run-documents.ts';
import { branchOf, isMergeBranch } from '../state/spec.ts';
import { step } from '../state/step.ts';

/** After the end: tells the outcome on the run's issue and deletes the losers' branches where asked to; their pull requests are closed by then. */
export async function finalize(run: OpenRun): Promise<void> {
  const { outcome } = run.archive;
  if (outcome === null || (await isFinalized(run.documents))) return;
  const keep = outcome.outcome === 'merged' || outcome.outcome === 'offered' ? outcome.shipped : null;
  const { measure } = run.archive.settings;
  const losers = measure
    ? []
    : run.archive.search.variants.flatMap((variant) =>
        variant && variant.number > 0 && variant.id !== keep ? [variant.id] : [],
      );
  // A branch that may not be deleted keeps nothing else from its end.
  const drop = (branch: string) => step(run, `deleting ${branch}`, () => run.forge.deleteBranch(branch));
  if (run.spec.configuration.merge.branches === 'delete')
    for (const variant of losers) await drop(branchOf(run.key.run, variant));
  for (const [branch] of run.archive.comparison === null ? [] : await run.forge.branches(`huxley/${run.key.run}/`))
    if (isMergeBranch(branch)) await drop(branch);
  // Pushing again is no news where nobody asked.
  if (!(measure?.unasked && outcome.outcome === 'stopped')) await wasTaken(summarize(run), 'how a run ended', run.log);
  // Evidence that was refused is published by a later turn.
  if (((await run.documents.read(DOCUMENTS.published)) ?? 1) < run.entries.length) return;
  await run.documents.write(DOCUMENTS.finalized, true);
}

/** Whether nothing is left to be done for a run. */
export async function isFinalized(documents: RunDocuments): Promise<boolean> {
  return (await documents.read(DOCUMENTS.finalized)) ?? false;
}

async function summarize(run: OpenRun): Promise<void> {
  const { outcome, spentUSD, search, settings, measured } = run.archive;
  const { run: name, repository } = run.key;
  const { extensions } = run.archive;
  const fields = { run: name, ...(extensions > 0 ? { end: String(extensions + 1) } : {}) };
  const marker = { kind: 'summary', fields } as const;
  const body = [
    `**Run ${name} ended: ${OUTCOME_WORDS[outcome!.outcome]}.**`,
    ...(settings.calibrate && outcome!.outcome === 'calibrated'
      ? calibrationText(reportOn(run.entries))
      : settings.measure
        ? measureText(run.archive)
        : [inline(outcome!.reason, 2_000)]),
    ...(run.archive.preflight?.findings ?? []).map(
      ({ about, fatal, text }) => `**${about}**${fatal ? '' : ' (no obstacle)'}\n\n${block(text, 2_500)}`,
    ),
    settings.calibrate || settings.measure
      ? `${count(measured.evaluations, 'evaluation')}, ${dollars(spentUSD)}.`
      : `${search.expansionsMade} variants made, ${search.expansionsFailed} failed, ${measured.evaluations} evaluations (${search.evaluations} in the search; outside its budget the root's and the held-out ones), ${dollars(spentUSD)}.`,
    markerToString(marker),
  ].join('\n\n');
  await run.documents.once(
    DOCUMENTS.summary,
    () => run.forge.comment(run.spec.issue, body),
    () => ownComment(run.forge, run.spec.issue, marker),
  );
  run.log.info({ repository, outcome: outcome!.outcome, shipped: outcome!.shipped }, 'run ended');
}
