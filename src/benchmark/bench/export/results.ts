import { HuxleyError } from '../../../model/error.ts';
import type { JournalEntry } from '../../../model/event.ts';
import type { Verdict } from '../../../model/verdict.ts';
import type { Session, TaskRecord } from '../record.ts';

/** An attempt at a task and what it came to. */
export interface Result {
  readonly task: string;
  /** Which attempt at the task it is, from 1. */
  readonly epoch: number;
  readonly language?: string;
  readonly verdict: Verdict;
  readonly score?: number | undefined;
  readonly evidence: string;
  readonly seconds: number;
  readonly costUSD: number;
  /** As a unified diff; absent where it was not kept. */
  readonly patch?: string;
}

/** Results of one agent on one suite, whether from a bench session or from a run. */
export interface Results {
  readonly suite: string;
  readonly digest: string;
  readonly agent: string;
  readonly model: string | null;
  /** ISO 8601. */
  readonly began: string;
  readonly ended: string;
  readonly results: readonly Result[];
  readonly metadata: Readonly<Record<string, string | number>>;
}

/** What a bench session came to. @param times of its first and last result, in milliseconds since 1970 */
export function ofSession(
  { suite, digest, agent, model, agentDigest }: Session,
  records: readonly TaskRecord[],
  times: { readonly began: number; readonly ended: number },
): Results {
  return {
    suite,
    digest,
    agent,
    model,
    began: new Date(times.began).toISOString(),
    ended: new Date(times.ended).toISOString(),
    results: records.map((record) => ({ ...record, epoch: 1 })),
    metadata: agentDigest === null ? {} : { agentDigest },
  };
}

/**
 * What a variant of a run came to on search tasks. What happened on held-out tasks is left out: only how many there are is told.
 * @param wanted the variant; null for the one that was shipped, or the root
 * @throws HuxleyError `export.run` for what is no run, or has no such variant
 */
export function ofRun(run: string, entries: readonly JournalEntry[], wanted: string | null): Results {
  const [first] = entries;
  if (first?.event.type !== 'run.started')
    throw new HuxleyError('export.run', `${run} does not begin with a run`, 'Export a whole journal.');
  const { suite, heldOut } = first.event;
  const sealed = new Set<string>(heldOut);
  const ended = entries.flatMap(({ event }) => (event.type === 'run.ended' ? [event.shipped] : [])).at(-1);
  const variant = wanted ?? ended ?? 'v0';
  const results: Result[] = [];
  const before = new Map<string, number>();
  for (const { event } of entries) {
    if (event.type !== 'evaluation.done' || event.variant !== variant) continue;
    if (event.split === 'heldout' || sealed.has(event.task)) continue;
    const epoch = (before.get(event.task) ?? 0) + 1;
    before.set(event.task, epoch);
    const { task, outcome, score, seconds, costUSD } = event;
    const evidence = event.voided ? 'There was no result, and no allowance of those was left.' : '';
    results.push({ task, epoch, verdict: outcome, ...(score !== undefined && { score }), evidence, seconds, costUSD });
  }
  if (results.length === 0)
    throw new HuxleyError(
      'export.run',
      `${run} has no result of ${variant} on search tasks`,
      'Name another with --variant.',
    );
  const time = (entry: JournalEntry) => new Date(entry.at).toISOString();
  return {
    suite: suite.name,
    digest: suite.digest,
    agent: variant,
    model: null,
    began: time(first),
    ended: time(entries.at(-1)!),
    results,
    metadata: { run, heldOutTasks: heldOut.length },
  };
}
