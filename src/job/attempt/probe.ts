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

/**
 * Whether the model answers at all: a call that no agent shapes, by the same path to the same model with the usual retries. Ask
 * after the agent's processes are dead. Calls of other tasks wait meanwhile, so that a provider which was only kept too busy
 * by them has a chance to say so.
 */
export async function probeModel(gateway: Gateway, model: string, path: CallPath, signal: AbortSignal): Promise<Probe> {
  const token = gateway.token(ACCOUNT, { costUSD: COST_USD }, { alone: true });
  const body =
    path === '/v1/responses'
      ? { model, input: QUESTION, max_output_tokens: OUTPUT_TOKENS }
      : { model, messages: [{ role: 'user', content: QUESTION }], max_completion_tokens: OUTPUT_TOKENS };
  try {
    const response = await fetch(gateway.baseURL + path.slice('/v1'.length), {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
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
