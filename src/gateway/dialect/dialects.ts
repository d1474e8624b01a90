import type { TokenCount } from '../money/prices.ts';
import type { AdmittedCall } from './admit.ts';
import { type Composed, compose, type Dialect, firstDialect, lessonOf } from './dialect.ts';
import type { WholeAnswer } from './opened.ts';

/** Tokens by which a server may count an answer otherwise than it limits it. */
const COUNTED_OTHERWISE = 64;

/** How an endpoint's models want to be asked, learned as calls are refused: once for a model and a path. */
export class Dialects {
  readonly #known = new Map<string, Dialect>();
  readonly #maxOutputTokens: number;

  constructor(maxOutputTokens: number) {
    this.#maxOutputTokens = maxOutputTokens;
  }

  for(call: AdmittedCall): Asking {
    const key = `${call.path} ${call.model}`;
    const known = this.#known.get(key) ?? firstDialect(call.path);
    return new Asking(call, known, this.#maxOutputTokens, (dialect) => this.#known.set(key, dialect));
  }

  /** An answer longer than was asked for: this endpoint does not read the field that limits it, and may read the other. */
  noteLength(call: AdmittedCall, sent: Composed, used: TokenCount): void {
    if (call.path !== '/v1/chat/completions' || used.output <= sent.most.output + COUNTED_OTHERWISE) return;
    const key = `${call.path} ${call.model}`;
    const known = this.#known.get(key) ?? firstDialect(call.path);
    if (known.refusesOther) return;
    const limitField = known.limitField === 'max_tokens' ? 'max_completion_tokens' : 'max_tokens';
    this.#known.set(key, { ...known, limitField });
  }
}

/** One call on its way through the endpoint's dialect. */
export class Asking {
  readonly #call: AdmittedCall;
  readonly #maxOutputTokens: number;
  readonly #keep: (dialect: Dialect) => void;
  readonly #known: Dialect;
  #dialect: Dialect;
  /** What later calls begin with, once this way of asking was answered. */
  #lasting: Dialect | undefined;
  #lessons = 0;

  constructor(call: AdmittedCall, dialect: Dialect, maxOutputTokens: number, keep: (dialect: Dialect) => void) {
    this.#call = call;
    this.#known = dialect;
    this.#dialect = dialect;
    this.#maxOutputTokens = maxOutputTokens;
    this.#keep = keep;
  }

  compose(): Composed {
    return compose(this.#call, this.#dialect, this.#maxOutputTokens);
  }

  /** Whether a refusal says how to ask instead; the next composition does so. */
  learn(answer: WholeAnswer, sent: Composed, most: number): boolean {
    if (![400, 422].includes(answer.status) || this.#lessons >= most) return false;
    const lesson = lessonOf(answer.body, this.#call, sent, this.#dialect);
    if (lesson === null) return false;
    this.#lessons += 1;
    if (lesson.lasting) this.#lasting = { ...(this.#lasting ?? this.#known), ...lesson.change };
    this.#dialect = { ...this.#dialect, ...lesson.change };
    return true;
  }

  confirm(): void {
    if (this.#lasting !== undefined) this.#keep(this.#lasting);
  }
}
