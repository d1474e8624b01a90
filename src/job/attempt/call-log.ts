import { CALL_PATHS, type CallPath } from '../../gateway/dialect/admit.ts';
import { isContextOverflow } from '../../gateway/record/overflow.ts';
import type { TranscriptEntry, TranscriptSink } from '../../gateway/record/transcript.ts';
import { Conversation } from './conversation.ts';
import { printable } from './printable.ts';

/** What one attempt asked its model, as the host saw it. */
export interface CallSummary {
  readonly answered: number;
  readonly refused: number;
  /** Why calls were refused, the most frequent reason first, with how often. */
  readonly reasons: readonly { readonly why: string; readonly calls: number }[];
  /**
   * The last call that failed in a way that may not be the agent's doing: at the provider, on the way, or in the gateway itself.
   * `null` when every refusal was the gateway's answer to what was asked.
   */
  readonly suspect: { readonly path: CallPath; readonly model: string } | null;
  /** A conversation was longer than the model, or the gateway, takes. */
  readonly overflow: boolean;
  readonly conversation: string;
}

/** Refusals of the gateway that follow from the request alone, or from a caller that left. */
const ASKED_FOR = /^gateway\.(request|oversize|slow-request|budget|model|path|token|too-large|abandoned|ended)\b/;

const MOST_REASONS = 20;

/**
 * Keeps account of an attempt's calls in bounded memory, however many there are and however long. Whatever an agent or a
 * model wrote, taking it in never throws. Give `sink` to the gateway with the attempt's key.
 */
export class CallLog {
  readonly #conversation: Conversation;
  readonly #reasons = new Map<string, number>();
  #answered = 0;
  #refused = 0;
  #suspect: CallSummary['suspect'] = null;
  #overflow = false;
  #closed = false;

  /** @param characters of the conversation that are kept, from its end */
  constructor(characters: number) {
    this.#conversation = new Conversation(characters);
  }

  readonly sink: TranscriptSink = (entry) => {
    if (this.#closed) return;
    this.#conversation.add(entry);
    const { error, status, path, model } = entry;
    if (error === undefined && status < 400) {
      this.#answered += 1;
      return;
    }
    this.#refused += 1;
    const overflow = isContextOverflow(entry);
    this.#overflow ||= overflow;
    if (!overflow && !(error !== undefined && ASKED_FOR.test(error)) && isCallPath(path))
      this.#suspect = { path, model };
    const why = reasonOf(entry);
    const key = this.#reasons.has(why) || this.#reasons.size < MOST_REASONS ? why : 'other reasons';
    this.#reasons.set(key, (this.#reasons.get(key) ?? 0) + 1);
  };

  /** What there is; calls that end later no longer count. */
  close(): CallSummary {
    this.#closed = true;
    const reasons = [...this.#reasons].map(([why, calls]) => ({ why, calls })).sort((a, b) => b.calls - a.calls);
    return {
      answered: this.#answered,
      refused: this.#refused,
      reasons,
      suspect: this.#suspect,
      overflow: this.#overflow,
      conversation: this.#conversation.text(),
    };
  }
}

/** The refused calls in a few words, e.g. `all 12 calls refused: field 'x' is not passed on`; empty when there were none. */
export function describeRefused({ answered, refused, reasons }: CallSummary): string {
  if (refused === 0) return '';
  const all = answered + refused;
  const calls = refused === all ? (all === 1 ? 'the only call' : `all ${all} calls`) : `${refused} of ${all} calls`;
  const shown = reasons
    .slice(0, 3)
    .map((reason) => (reasons.length > 1 ? `${reason.why} (${reason.calls})` : reason.why));
  return `${calls} refused: ${shown.join('; ')}${reasons.length > 3 ? '; and others' : ''}`;
}

function reasonOf({ error, status, response }: TranscriptEntry): string {
  const why =
    error === undefined
      ? `the model's endpoint refused the call (${status}): ${wordsOf(response)}`
      : error.replace(/^gateway\.[a-z-]+: /, '');
  return printable(why).replace(/\s+/g, ' ').slice(0, 300);
}

/** The message in an error's body, or the body itself. */
function wordsOf(response: string): string {
  try {
    const { error } = JSON.parse(response) as { error?: { message?: unknown } };
    if (typeof error?.message === 'string') return error.message;
  } catch {
    // its text says it
  }
  return response.slice(0, 300);
}

function isCallPath(path: string): path is CallPath {
  return (CALL_PATHS as readonly string[]).includes(path);
}
