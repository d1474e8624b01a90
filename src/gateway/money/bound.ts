import type { AdmittedCall } from '../dialect/admit.ts';
import type { Composed } from '../dialect/dialect.ts';
import { openAnswer } from '../dialect/opened.ts';
import type { Upstream } from '../dialect/upstream.ts';
import type { TokenCount } from './prices.ts';

/** What a provider's count may be off by, which it calls an estimate (docs.claude.com, "Token counting"). */
const COUNTED_OFF = 1.02;
/** Bytes an answer that is one number has at most. */
const MOST_BYTES = 65_536;
/** Tokens by which the same text may be cut otherwise where it goes on. */
const SEAM = 256;
/** What a count takes of a call. */
const COUNTED = ['model', 'messages', 'system', 'tools', 'tool_choice', 'thinking'];

/** The last call of one key, and the input it was counted as. */
interface Before {
  readonly body: string;
  readonly input: number;
}

/**
 * Bounds on what a call's input can be, tighter than a token for each byte. Asked where that does not fit a budget: it is three
 * to four times what text mostly comes to, and would keep an agent from a task it can well pay.
 */
export class Bounds {
  readonly #upstream: Upstream;
  readonly #before = new Map<string, Before>();

  constructor(upstream: Upstream) {
    this.#upstream = upstream;
  }

  /** Takes note of what a call was counted as. `key` is whose it is. */
  note(key: string, { body }: Composed, { input }: TokenCount): void {
    this.#before.set(key, { body: withoutLimit(body), input });
  }

  forget(key: string): void {
    this.#before.delete(key);
  }

  /** The most a call can use by the tightest bound there is. */
  async of(key: string, task: string, call: AdmittedCall, sent: Composed, signal: AbortSignal): Promise<TokenCount> {
    const byBytes = sent.most.input;
    const grown = this.#grown(key, sent.body, call.images);
    // The provider's own count is asked for only where nothing else helps.
    const input = Math.min(
      byBytes,
      grown < byBytes / 2 ? grown : Math.min(grown, await this.#counted(task, call, sent, signal)),
    );
    const { written, writtenHour } = sent.most;
    return {
      ...sent.most,
      input,
      ...(written === undefined ? {} : { written: input }),
      ...(writtenHour === undefined ? {} : { writtenHour: input }),
    };
  }

  /** A conversation goes on: what both calls begin and end with was counted before, what is new counts by its bytes. */
  #grown(key: string, sent: string, images: number): number {
    const body = withoutLimit(sent);
    const before = this.#before.get(key);
    if (before === undefined || images > 0) return Number.POSITIVE_INFINITY;
    const shorter = Math.min(before.body.length, body.length);
    let start = 0;
    while (start < shorter && before.body[start] === body[start]) start++;
    let end = 0;
    while (end < shorter - start && before.body.at(-1 - end) === body.at(-1 - end)) end++;
    return before.input + Buffer.byteLength(body.slice(start, body.length - end)) + SEAM;
  }

  /** What Anthropic's API counts, which costs nothing; infinite where it cannot be asked. */
  async #counted(task: string, call: AdmittedCall, { body }: Composed, signal: AbortSignal): Promise<number> {
    if (call.path !== '/v1/messages') return Number.POSITIVE_INFINITY;
    try {
      const fields = JSON.parse(body) as Record<string, unknown>;
      const asked = Object.fromEntries(COUNTED.flatMap((name) => (name in fields ? [[name, fields[name]]] : [])));
      const upstream = await this.#upstream.send({
        ...{ task, path: '/v1/messages/count_tokens', body: JSON.stringify(asked), signal },
        ...(call.headers ? { headers: call.headers } : {}),
      });
      const { answer } = await openAnswer(upstream, MOST_BYTES, () => {});
      const { input_tokens: count } = (answer.kind === 'whole' ? answer.json : {}) as { input_tokens?: unknown };
      return answer.status === 200 && Number.isSafeInteger(count)
        ? Math.ceil((count as number) * COUNTED_OFF) + SEAM
        : Number.POSITIVE_INFINITY;
    } catch {
      return Number.POSITIVE_INFINITY;
    }
  }
}

/** A body but for the limit on its answer, which says nothing of what goes in. */
const withoutLimit = (body: string) => body.replace(/"max_(?:completion_|output_)?tokens":\d+/, '');
