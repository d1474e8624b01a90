import type { GateRules, Grant } from '../../model/gate/verdict.ts';
import { count } from '../text/figures.ts';

/** What a comparison was granted, and how that came about. */
export type Level = Pick<Grant, 'level' | 'counts' | 'openings' | 'passes' | 'spent' | 'worn'>;

/** What a comparison may spend of the promised level, and why. */
export function levelText(
  { confidence, promise }: { readonly confidence: number; readonly promise: GateRules['promise'] },
  { level, counts, openings, passes, spent, worn }: Level,
): string {
  const percent = (share: number) => `${Number((100 * share).toPrecision(2))} %`;
  const each = promise === 'share' ? 'per variant that passes' : 'over all runs';
  const allowed = `${percent(1 - confidence)} allowed for false merges ${each} on them`;
  if (openings === 0)
    return `It is the first comparison on these tasks: of the ${allowed}, it may spend ${percent(level)}.`;
  const before = `${count(openings, 'earlier comparison')} on ${worn < 1 ? `${percent(worn)} of ` : ''}these tasks, of which ${passes} passed, ${openings === 1 ? 'was' : 'were'} granted ${percent(spent)}`;
  if (counts)
    return `${before}, those of this run included. It may spend ${percent(level)} more of the ${allowed}. That counts twice, because its size was chosen after results of this run were seen. New tasks start fresh.`;
  return `${before}: of the ${allowed}, this one may spend ${percent(level)}. New tasks start fresh.`;
}
