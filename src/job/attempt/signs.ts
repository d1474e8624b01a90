import type { Sign } from '../../model/sign.ts';
import type { CallSummary } from './call-log.ts';

/**
 * What a failed attempt shows, from what the host itself saw: nothing the agent printed counts. An agent whose calls were all
 * refused had nothing to change files by, and that it did not is no sign.
 *
 * @param patch what it changed of the files that are graded; `null` when they are out of reach
 */
export function noticeSigns(
  patch: string | null,
  { answered, refused, overflow }: Pick<CallSummary, 'answered' | 'refused' | 'overflow'>,
): Sign[] {
  const signs: Sign[] = [];
  if (patch === '' && (answered > 0 || refused === 0 || overflow)) signs.push('empty-patch');
  if (overflow) signs.push('context-overflow');
  return signs;
}
