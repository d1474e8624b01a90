import type { TranscriptEntry } from '../gateway/transcript.ts';

/** Errors of a gateway that no agent can cause: the endpoint, its rate limits, its prices, a recording. */
const NOT_THE_AGENT = /^gateway\.(upstream|rate-limited|cut|nonsense|internal|recording|unknown-price)\b/;

/** Answers of an endpoint that refuses the key, the account or the model, whatever was asked. */
const REFUSED = new Set([401, 402, 403, 404]);

/** What kept these calls from being answered that is not the agent's doing, in one sentence, or `null`. */
export function modelTrouble(calls: readonly TranscriptEntry[]): string | null {
  for (const { error, status, response } of calls) {
    if (error !== undefined && NOT_THE_AGENT.test(error))
      return `The model could not be reached: ${error}`.slice(0, 500);
    if (error === undefined && REFUSED.has(status))
      return `The model's endpoint refused the call (${status}): ${response}`.slice(0, 500);
  }
  return null;
}
