import type { Context } from '../../http/operation.ts';
import { pageOf, paginate } from '../../http/page.ts';
import type { Reply } from '../../http/reply.ts';
import type { Where } from '../../store/table.ts';
import type { Actions } from '../actions.ts';
import { runOf } from '../present/run.ts';
import type { RunRow } from '../rows.ts';

const STATUSES = new Set(['queued', 'pending', 'in_progress', 'completed']);

/** Lists runs, newest first, by the filters GitHub has: event, branch, head_sha, status (or conclusion), actor, created. */
export async function listRuns(actions: Actions, context: Context, where: Where<RunRow> = {}): Promise<Reply> {
  const { query, repo, hub } = context;
  const status = query.get('status');
  const full: Record<string, unknown> = { ...where, repo: repo.id };
  const take = (key: string, value: string | null) => {
    if (value !== null) full[key] = value;
  };
  take('event', query.get('event'));
  take('headBranch', query.get('branch'));
  take('headSha', query.get('head_sha'));
  take('suite', query.get('check_suite_id') && String(Number(query.get('check_suite_id'))));
  if (status !== null) full[STATUSES.has(status) ? 'status' : 'conclusion'] = status;
  const actor = query.get('actor');
  const created = createdFilter(query.get('created'));
  const found = actions.tables.runs
    .list(full as Where<RunRow>, { descending: true })
    .filter((run) => actor === null || hub.store.users.get(run.actor)!.login === actor)
    .filter((run) => created(run.createdAt));
  // A search that filters gives no more than a thousand.
  const filtered = ['actor', 'branch', 'check_suite_id', 'created', 'event', 'head_sha', 'status'];
  const rows = filtered.some((name) => query.has(name)) ? found.slice(0, 1_000) : found;
  const { offset, size } = pageOf(query);
  const runs = await Promise.all(rows.slice(offset, offset + size).map((run) => runOf(actions, run)));
  return paginate(context, rows.length, runs, (workflow_runs) => ({ total_count: rows.length, workflow_runs }));
}

/** GitHub's date ranges: `>=A`, `>A`, `<=B`, `<B`, `A..B` with `*` for open, or a day. */
function createdFilter(text: string | null): (time: string) => boolean {
  if (text === null) return () => true;
  const range = /^(.+)\.\.(.+)$/.exec(text);
  if (range) {
    const [, from, to] = range;
    return (time) => (from === '*' || time >= from!) && (to === '*' || time <= upTo(to!));
  }
  const [, sign = '', date = ''] = /^(>=|<=|>|<)?(.*)$/.exec(text)!;
  switch (sign) {
    case '>=':
      return (time) => time >= date;
    case '>':
      return (time) => time > upTo(date);
    case '<=':
      return (time) => time <= upTo(date);
    case '<':
      return (time) => time < date;
    default:
      return (time) => time.startsWith(date);
  }
}

/** The last moment a date stands for. */
function upTo(date: string): string {
  return /^\d{4}-\d\d-\d\d$/.test(date) ? `${date}T23:59:59Z` : date;
}
