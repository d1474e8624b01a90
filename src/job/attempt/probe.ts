import type { CallPath } from '../../gateway/dialect/admit.ts';
import type { Gateway } from '../../gateway/gateway.ts';
import { messageOf } from '../../model/error.ts';
import { printable } from './printable.ts';

/** What a call of the worker's own came to. */
export type Probe =
  | { readonly outcome: 'answered' }
  /** Nobody could tell: the job's budget has nothing left for it. */
  | { readonly outcome: 'not-asked' }
  | { readonly outcome: 'failed'; readonly why: string };

/** The name its cost goes by; part of the job's, of no task's. */
const ACCOUNT = "the worker's own calls";
/** Most a probe may cost in US dollars, all its tries together. */
const COST_USD = 0.25;
/** Some models refuse to begin with fewer, and think before they answer. */
const OUTPUT_TOKENS = 256;
const QUESTION = 'Reply with the word OK.';

function questionFor(path: CallPath, model: string): object {
  const messages = [{ role: 'user', content: QUESTION }];
  if (path === '/v1/responses') return { model, input: QUESTION, max_output_tokens: OUTPUT_TOKENS };
  if (path === '/v1/chat/completions') return { model, messages, max_completion_tokens: OUTPUT_TOKENS };
  return { model, messages, max_tokens: OUTPUT_TOKENS };
}

/**
 * Whether the model answers at all: a call that no agent shapes, by this path to this model with the usual retries. Ask
 * after the agent's processes are dead. Calls of other tasks wait meanwhile, so that a provider which was only kept too busy
 * by them has a chance to say so.
 */
async function probeBy(gateway: Gateway, model: string, path: CallPath, signal: AbortSignal): Promise<Probe> {
  const token = gateway.token(ACCOUNT, { costUSD: COST_USD }, { alone: true });
  try {
    const response = await fetch(gateway.baseURL + path.slice('/v1'.length), {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(questionFor(path, model)),
      signal,
    });
    const text = await response.text();
    if (response.ok) return { outcome: 'answered' };
    if (text.includes('"gateway.budget"')) return { outcome: 'not-asked' };
    return { outcome: 'failed', why: printable(`${response.status}: ${text}`).slice(0, 300) };
  } catch (error) {
    return { outcome: 'failed', why: printable(messageOf(error)).slice(0, 300) };
  } finally {
    gateway.revoke(token);
  }
}

/**
 * Whether the model answers by any of these paths. The next one is tried where the endpoint does not serve the one before: that an
 * agent asks where nothing is says nothing of the model.
 */
export async function probeModel(
  gateway: Gateway,
  model: string,
  paths: Iterable<CallPath>,
  signal: AbortSignal,
): Promise<Probe> {
  let first: Probe | undefined;
  for (const path of paths) {
    const probe = await probeBy(gateway, model, path, signal);
    if (probe.outcome === 'answered') return probe;
    first ??= probe;
    if (probe.outcome !== 'failed' || !/^40[045]/.test(probe.why)) break;
  }
  return first ?? { outcome: 'not-asked' };
}
