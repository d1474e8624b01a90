import { isContextOverflow } from '../gateway/overflow.ts';
import type { TranscriptEntry } from '../gateway/transcript.ts';
import type { Sign } from '../model/sign.ts';

/**
 * What a failed attempt shows, from what the host itself saw: nothing the agent printed counts.
 *
 * @param patch what it changed of the files that are graded; `null` when they are out of reach
 */
export function noticeSigns(patch: string | null, calls: readonly TranscriptEntry[]): Sign[] {
  const signs: Sign[] = [];
  if (patch === '') signs.push('empty-patch');
  if (calls.some(isContextOverflow)) signs.push('context-overflow');
  return signs;
}
