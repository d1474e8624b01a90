import type { CallPath } from '../../gateway/dialect/admit.ts';
import type { Gateway } from '../../gateway/gateway.ts';
import { askedBy } from '../../gateway/provider.ts';
import { sentence } from '../../model/error.ts';
import { type CallSummary, describeRefused } from './call-log.ts';
import { probeModel } from './probe.ts';

/** What refused calls mean for an attempt that did not succeed. */
export interface ModelFailure {
  /** `outage`: the model answers nobody. `no-chance`: none of the agent's calls was answered, though others are. `none`: its own affair. */
  readonly kind: 'outage' | 'no-chance' | 'none';
  /** In one sentence; empty where no call was refused. */
  readonly words: string;
}

/**
 * Whether an attempt's refused calls are the agent's doing. That a call failed proves nothing, since an agent can earn any
 * refusal there is; an outage is what a call of the worker's own meets as well. Where that cannot be found out (no budget is left for
 * it), the agent counts as without a chance.
 *
 * @param model asked where the call failed before its model was known
 */
export async function modelFailure(
  gateway: Gateway,
  model: string,
  calls: CallSummary,
  signal: AbortSignal,
): Promise<ModelFailure> {
  const refused = describeRefused(calls);
  if (refused === '') return { kind: 'none', words: '' };
  const words = sentence(`${refused[0]!.toUpperCase()}${refused.slice(1)}`);
  const unanswered = calls.answered === 0 && !calls.overflow;
  if (calls.suspect === null) return { kind: unanswered ? 'no-chance' : 'none', words };
  // That tokens cannot be counted tells nothing of answers: many servers do not count.
  const path = calls.suspect.path.replace(/\/count_tokens$/, '') as CallPath;
  const paths = new Set([path, ...askedBy(undefined)]);
  const probe = await probeModel(gateway, calls.suspect.model || model, paths, signal);
  if (probe.outcome === 'failed')
    return {
      kind: 'outage',
      words: `The model could not be reached: ${sentence(refused)} A call of the worker's own failed too: ${probe.why}`,
    };
  const asked = probe.outcome === 'answered' ? "A call of the worker's own was answered." : '';
  return { kind: unanswered || asked === '' ? 'no-chance' : 'none', words: `${words} ${asked}`.trim() };
}
