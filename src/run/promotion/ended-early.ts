import type { ArchiveEvent } from '../../model/event.ts';
import { judgedOf } from '../../search/gate/judged.ts';
import { judgeRounds } from '../../search/gate/rounds.ts';
import { measureHeadline } from '../measure/text.ts';
import { HEAD, isJudged, sealedVerdict } from '../measure/verdict.ts';
import type { OpenRun } from '../state/open-run.ts';

/** What ends a sealed measurement that has opened, with nothing in flight any more: the verdict on its complete rounds, at the looks there were. */
export function endedEarly({ archive }: OpenRun, stopped: 'person' | 'hours', why: string): readonly ArchiveEvent[] {
  const { opened } = archive;
  const gate = judgeRounds(judgedOf(archive, opened!), stopped);
  const verdict = sealedVerdict(gate);
  const outcome = isJudged(verdict) ? 'measured' : 'stopped';
  const reason = `${measureHeadline(archive, verdict)} It ended early, ${why}.`;
  return [
    { type: 'heldout.done', variant: opened!, gate },
    { type: 'run.ended', outcome, shipped: HEAD, reason },
  ];
}
