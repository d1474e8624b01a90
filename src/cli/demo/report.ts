import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JournalEntry } from '../../model/event.ts';
import { renderDashboard } from '../../report/dashboard.ts';
import type { Tally } from '../../report/text/figures.ts';
import { treeSvg } from '../../report/tree/tree-svg.ts';
import { type RunView, variantIn } from '../../report/view.ts';
import { exportToString } from '../../store/export.ts';
import type { RunKey } from '../../store/journal.ts';

/** A run of the same demo that merged nothing. */
export interface EarlierRun {
  readonly seed: number;
  readonly outcome: string;
  readonly reason: string;
}

/** `report.json` of a demo. Tallies are resolved tasks of those measured. */
export interface DemoReport {
  readonly run: string;
  readonly policy: string;
  readonly seed: number;
  readonly rehearsal: boolean;
  readonly outcome: string;
  readonly merged: boolean;
  readonly reason: string;
  readonly shipped: string;
  readonly scores: Readonly<Record<'root' | 'shipped', { readonly search: Tally; readonly heldOut: Tally }>>;
  /** One-sided exact McNemar p-value of the held-out comparison; null when it was not made. */
  readonly p: number | null;
  readonly variants: { readonly made: number; readonly failed: number };
  /** Evaluations with an outcome. */
  readonly evaluations: { readonly root: number; readonly search: number; readonly heldOut: number };
  readonly seconds: { readonly setUp: number; readonly run: number };
  readonly costUSD: number;
  /** Folder of the local GitHub's state: `huxley local github --dir` shows it again. */
  readonly github: string;
  /** Requests the local GitHub answered, by method and route, everybody's. */
  readonly githubRequests: Readonly<Record<string, number>>;
  readonly earlier: readonly EarlierRun[];
}

export function demoReport(
  view: RunView,
  entries: readonly JournalEntry[],
  measured: Pick<DemoReport, 'seconds' | 'github' | 'githubRequests' | 'earlier'>,
): DemoReport {
  const of = (variant: RunView['best']) => {
    const { own, heldOut } = variantIn(view, variant);
    return { search: own, heldOut };
  };
  const done = entries.flatMap(({ event }) => (event.type === 'evaluation.done' ? [event] : []));
  return {
    run: view.run,
    policy: view.policy,
    seed: view.seed,
    rehearsal: view.rehearsal,
    outcome: view.outcome?.kind ?? 'unfinished',
    merged: view.outcome?.kind === 'merged',
    reason: view.outcome?.reason ?? '',
    shipped: view.best,
    scores: { root: of('v0'), shipped: of(view.best) },
    p: view.gate?.p ?? null,
    variants: {
      made: entries.filter(({ event }) => event.type === 'expansion.made').length,
      failed: entries.filter(({ event }) => event.type === 'expansion.failed').length,
    },
    evaluations: {
      root: done.filter(({ variant, split }) => variant === 'v0' && split === 'search').length,
      search: done.filter(({ variant, split }) => variant !== 'v0' && split === 'search').length,
      heldOut: done.filter(({ split }) => split === 'heldout').length,
    },
    costUSD: view.costUSD.spent,
    ...measured,
  };
}

/** Writes the folder a demo leaves: report.json, journal.jsonl, tree.svg and the dashboard as it stood at the end. */
export function writeReport(
  out: string,
  report: DemoReport,
  key: RunKey,
  view: RunView,
  entries: readonly JournalEntry[],
): void {
  mkdirSync(out, { recursive: true });
  writeFileSync(join(out, 'report.json'), `${JSON.stringify(report, null, 2)}\n`);
  writeFileSync(join(out, 'journal.jsonl'), exportToString({ ...key, entries }));
  writeFileSync(join(out, 'tree.svg'), treeSvg(view));
  writeFileSync(join(out, 'dashboard.md'), renderDashboard(view));
}
