import { renderDashboard } from '../../report/dashboard.ts';
import type { RunView } from '../../report/view.ts';
import { secondsSince } from '../state/clock.ts';
import { DOCUMENTS } from '../state/documents.ts';
import type { OpenRun } from '../state/open-run.ts';
import { ownComment } from './own-comment.ts';

export async function dashboardComment(run: OpenRun): Promise<number | undefined> {
  return run.documents.done(DOCUMENTS.dashboard);
}

/** Keeps the run's dashboard: one comment, edited in place, written again when it is gone. Seconds until it should look again. */
export async function tendDashboard(run: OpenRun, view: RunView): Promise<number | null> {
  const now = run.clock.now();
  const key = `${run.entries.length} ${JSON.stringify([view.attention, view.inFlight.map(({ url }) => url)])}`;
  const trouble = JSON.stringify([
    view.attention,
    view.inFlight.map(({ again }) => again?.attempt ?? 0).filter(Boolean),
  ]);
  const shown = await run.documents.read(DOCUMENTS.dashboardShown);
  if (shown?.key === key) return null;
  const age = shown === undefined ? Number.POSITIVE_INFINITY : secondsSince(now, shown.at);
  const urgent = run.archive.status === 'ended' || (shown !== undefined && shown.trouble !== trouble);
  const { refreshSeconds, frugalSeconds } = run.options;
  const least = run.forge.frugal ? Math.max(refreshSeconds, frugalSeconds) : refreshSeconds;
  if (!urgent && age < least) return least - age;
  const body = renderDashboard(view);
  const fresh = () => writeDashboard(run, body);
  const known = await dashboardComment(run);
  const id = known ?? (await fresh());
  if (known !== undefined && !(await run.forge.editComment(id, body))) {
    await run.documents.remove(DOCUMENTS.dashboard);
    await fresh();
  }
  await run.documents.write(DOCUMENTS.dashboardShown, { key, at: now.toISOString(), trouble });
  return null;
}

/** Has the dashboard written again although nothing has changed: somebody edited or deleted it. */
export async function restoreDashboard(run: OpenRun): Promise<void> {
  await run.documents.remove(DOCUMENTS.dashboardShown);
}

function writeDashboard(run: OpenRun, body: string): Promise<number> {
  const { issue } = run.spec;
  return run.documents.once(
    DOCUMENTS.dashboard,
    () => run.forge.comment(issue, body),
    () => ownComment(run.forge, issue, { kind: 'dashboard', fields: { run: run.key.run } }),
  );
}
