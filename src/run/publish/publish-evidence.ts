import { commitOf, parentOf } from '../../archive/source.ts';
import type { Check } from '../../github/forge.ts';
import type { JournalEntry } from '../../model/event.ts';
import { ROOT, type VariantId } from '../../model/ids.ts';
import { evidenceText, renderEvidence } from '../../report/evidence.ts';
import { inline } from '../../report/text/escape.ts';
import { bytes, MAX_CHECK_BYTES } from '../../report/text/fit.ts';
import type { RunView } from '../../report/view.ts';
import { DOCUMENTS } from '../state/documents.ts';
import type { OpenRun } from '../state/open-run.ts';
import { type Chunk, evidenceChunks } from './evidence-chunks.ts';

/**
 * Names of a run's check runs. They name the run: GitHub keeps a thousand of one name on one commit, and the root may be the
 * same for many runs.
 */
export const evidenceCheck = (run: string): string => `Huxley evidence ${run}`;
export const runCheck = (run: string): string => `Huxley run ${run}`;

/**
 * Writes the evidence check runs: what came of each job, on the variant measured or on the parent of the child made, with
 * the stretch of the journal since the last one. Together they hold the whole journal.
 */
export async function publishEvidence(run: OpenRun, view: RunView): Promise<void> {
  const published = (await run.documents.read(DOCUMENTS.published)) ?? 1;
  for (const chunk of evidenceChunks(run.entries.slice(published))) {
    const on = subjectOf(run, chunk);
    const rendered = renderEvidence(view, on, chunk.entries.filter(isResult), run.archive);
    await write(run, on, evidenceCheck(run.key.run), chunk.entries, rendered);
  }
  if (run.archive.outcome === null) return;
  const rest = run.entries.slice((await run.documents.read(DOCUMENTS.published)) ?? 1);
  if (rest.length === 0) return;
  const { outcome, reason } = run.archive.outcome;
  await write(run, ROOT, runCheck(run.key.run), rest, {
    title: `Run ${run.key.run} ended: ${outcome}`,
    summary: inline(reason, 2_000),
    conclusion: outcome === 'merged' || outcome === 'offered' ? 'success' : 'neutral',
  });
}

function subjectOf(run: OpenRun, { kind, variant }: Chunk): VariantId {
  return kind === 'evaluate' ? variant : parentOf(run.archive, variant);
}

function isResult({ event }: JournalEntry): boolean {
  return event.type.startsWith('evaluation.') || event.type.startsWith('expansion.');
}

async function write(
  run: OpenRun,
  on: VariantId,
  name: string,
  entries: readonly JournalEntry[],
  shown: Pick<Check, 'title' | 'summary' | 'conclusion'>,
): Promise<void> {
  const { sha } = commitOf(run.archive, on);
  for (const part of split(entries)) {
    const to = part.at(-1)!.seq;
    const externalId = `${run.key.run}:${part[0]!.seq}-${to}`;
    const check = DOCUMENTS.check.of(externalId);
    await run.documents.once(
      check,
      () =>
        run.forge.writeCheck(sha, {
          name,
          externalId,
          title: shown.title,
          summary: shown.summary,
          conclusion: shown.conclusion,
          text: evidenceText(part),
        }),
      async () => (await run.forge.checks(sha)).find((check) => check.externalId === externalId)?.id ?? null,
    );
    await run.documents.write(DOCUMENTS.published, to);
    await run.documents.remove(check);
  }
}

/** In as few parts as fit into a check run each. One entry always fits: reasons are cut to ten candidates. */
function split(entries: readonly JournalEntry[]): (readonly JournalEntry[])[] {
  const size = bytes(
    entries
      .map((entry) => JSON.stringify(entry))
      .join('\n')
      .replaceAll('`', '\\u0060'),
  );
  if (size < MAX_CHECK_BYTES - 500 || entries.length === 1) return [entries];
  const half = entries.length >> 1;
  return [...split(entries.slice(0, half)), ...split(entries.slice(half))];
}
