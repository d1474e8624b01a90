import { setTimeout as sleep } from 'node:timers/promises';
import type { Archive } from '../../archive/archive.ts';
import { reduceEntry } from '../../archive/reduce.ts';
import type { JournalEntry } from '../../model/event.ts';
import { eventLines, isLasting } from '../../report/event-line.ts';
import { treeText } from '../../report/tree/tree-text.ts';
import type { RunView } from '../../report/view.ts';
import { runView } from '../../report/view-of.ts';
import { policyOf } from '../../search/policies.ts';
import type { Journal, RunKey } from '../../store/journal.ts';
import { LiveBlock } from './live.ts';

export interface FollowOptions {
  /** Entries as JSON lines on stdout in place of anything for people. */
  readonly json?: boolean;
  readonly pollMilliseconds?: number;
  readonly signal?: AbortSignal;
  /** Also end when the run has paused itself; somebody has to look first. */
  readonly untilPaused?: boolean;
  /** Lines under the tree, asked for at every redraw. */
  readonly footer?: () => readonly string[];
}

/**
 * Shows a run until it has ended: the tree, redrawn in place, on a terminal; a line for each event otherwise.
 * Resolves with the last view, or `undefined` when the signal came before the run's first event.
 */
export async function followRun(
  journal: Journal,
  key: RunKey,
  options: FollowOptions = {},
): Promise<RunView | undefined> {
  const { json = false, pollMilliseconds = 250, signal, untilPaused = false, footer = () => [] } = options;
  const block = new LiveBlock();
  const entries: JournalEntry[] = [];
  let archive: Archive | null = null;
  for (let frame = 0; ; frame++) {
    const fresh = await journal.read(key, entries.length);
    for (const entry of fresh) {
      archive = reduceEntry(archive, entry);
      entries.push(entry);
      if (json) process.stdout.write(`${JSON.stringify(entry)}\n`);
    }
    if (!json)
      for (const line of eventLines(fresh.filter(({ event }) => !block.isLive || isLasting(event)))) block.say(line);
    const view = archive ? viewNow(archive) : undefined;
    const over = view?.status === 'ended' || (untilPaused && view?.status === 'paused') || signal?.aborted === true;
    if (view && !json && (over || block.isLive)) block.draw([...treeText(view, frame), ...(over ? [] : footer())]);
    if (over) {
      block.leave();
      return view;
    }
    await sleep(pollMilliseconds, undefined, signal ? { signal } : {}).catch(() => {});
  }
}

function viewNow(archive: Archive): RunView {
  return runView({ archive, policy: policyOf(archive.settings.policy), attention: [], now: new Date() });
}
