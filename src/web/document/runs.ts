import type { JournalEntry } from '../../model/event.ts';
import { runView } from '../../report/view-of.ts';
import { openingsOf } from '../../search/gate/ledger.ts';
import { DOCUMENT_VERSION, type RunSummary, type RunsDocument } from './document.ts';
import { fold } from './fold.ts';

/** Points of a run's course beside others. */
const POINTS = 60;

/** What is told of one run beside others. */
export interface RunFacts {
  readonly summary: RunSummary;
  readonly ledger: RunsDocument['ledger'];
}

/** @param entries the whole journal; at least its first entry */
export function runFacts(entries: readonly JournalEntry[], now: Date): RunFacts {
  const { archive, policy, progress, comparisons } = fold(entries, { points: POINTS, looks: 0 });
  const view = runView({ archive, policy, attention: [], now });
  return {
    summary: {
      run: view.run,
      startedAt: entries[0]!.at,
      status: view.status,
      outcome: view.outcome?.kind ?? null,
      policy: view.policy,
      suite: view.suite,
      variants: view.variants.length,
      used: view.budget.used,
      budget: view.budget.total,
      spentUSD: view.costUSD.spent,
      best: view.best,
      rehearsal: view.rehearsal,
      progress,
    },
    ledger: openingsOf(entries).map(({ run, variant, at, spent }) => ({
      run,
      variant,
      at,
      level: spent,
      passed: comparisons.find((comparison) => comparison.variant === variant)?.verdict?.passed ?? null,
    })),
  };
}

/** The runs of a repository, in any order. */
export function runsDocument(
  repository: string,
  url: string | null,
  runs: readonly RunFacts[],
  unreadable: RunsDocument['unreadable'] = [],
): RunsDocument {
  const byTime = (a: string, b: string) => Number(a > b) - Number(a < b);
  return {
    version: DOCUMENT_VERSION,
    repository,
    url,
    runs: runs.map(({ summary }) => summary).sort((a, b) => byTime(b.startedAt, a.startedAt)),
    unreadable,
    ledger: runs.flatMap(({ ledger }) => ledger).sort((a, b) => byTime(a.at, b.at)),
  };
}
