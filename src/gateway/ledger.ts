import { randomBytes, randomUUID } from 'node:crypto';
import type { Effort } from '../model/limits/effort.ts';
import { Refusal } from './dialect/refusal.ts';
import { Budget, type BudgetLimits, type Spending } from './money/budget.ts';
import { type Redactor, redactor } from './record/redact.ts';
import type { TranscriptSink } from './record/transcript.ts';
import { Slots } from './slots.ts';

export interface GatewayUsage extends Spending {
  /** True once any answer came from a rehearsal model. */
  readonly rehearsal: boolean;
  /** Calls that ended in an error of the provider or the gateway, by code. */
  readonly errors: Readonly<Record<string, number>>;
  /** Calls whose cost is an estimate, since their answers did not say what they used. */
  readonly estimated?: number;
}

export interface TokenOptions {
  /** Gets every call of this key, as the gateway's own does. */
  readonly transcript?: TranscriptSink;
  /** While a call with this key is under way, calls with other keys wait: it asks whether the provider answers at all. */
  readonly alone?: boolean;
  /** How hard the model thinks in calls of this key, whatever they ask. */
  readonly effort?: Effort | undefined;
}

export interface Caller {
  /** Its own, and no secret. */
  readonly key: number;
  /** Names this key's share of a provider's prompt cache. */
  readonly cacheKey: string;
  readonly task: string;
  readonly budget: Budget;
  readonly slots: Slots;
  /** Bytes of answers to this key that are in memory. */
  readonly answers: { bytes: number };
  readonly alone: boolean;
  readonly effort: Effort | undefined;
  readonly transcript: TranscriptSink | undefined;
}

interface Account {
  readonly budget: Budget;
  rehearsal: boolean;
  estimated: number;
  readonly errors: Record<string, number>;
}

/** Bytes of answers one key may have in memory; a call beyond ends. Many times what ordinary answers take. */
export const ANSWERS_AT_ONCE = 32 * 1024 * 1024;

/** Calls one key may have under way, so that no task keeps the provider's rate limit to itself; more wait their turn. */
const CALLS_AT_ONCE = 16;
/** Bytes of requests one key may have in memory; a few large ones, or many of the usual size. */
const BYTES_AT_ONCE = 16 * 1024 * 1024;

const NOTHING: GatewayUsage = {
  requests: 0,
  inputTokens: 0,
  outputTokens: 0,
  costUSD: 0,
  rehearsal: false,
  errors: {},
};

/** Who may call, what each has spent, and which values must never be written down. */
export class Ledger {
  readonly #total: Account;
  readonly #tasks = new Map<string, Account>();
  readonly #callers = new Map<string, Caller>();
  readonly #secrets: Set<string>;
  #issued = 0;
  redact: Redactor;

  constructor(budget: BudgetLimits, secrets: readonly string[]) {
    this.#total = account('this job', budget);
    this.#secrets = new Set(secrets);
    this.redact = redactor(this.#secrets);
  }

  issue(task: string, budget: BudgetLimits, { transcript, alone = false, effort }: TokenOptions = {}): string {
    const token = `hx-${randomBytes(24).toString('base64url')}`;
    const ofTask = this.#tasks.get(task) ?? account('this task', {}, this.#total.budget);
    this.#tasks.set(task, ofTask);
    // Refusals name the budget, and are read by agents: no name of a task is in them.
    const ofToken = new Budget('this task', budget, ofTask.budget);
    const slots = new Slots(CALLS_AT_ONCE, BYTES_AT_ONCE);
    this.#callers.set(token, {
      key: ++this.#issued,
      cacheKey: `huxley-${randomUUID()}`,
      task,
      budget: ofToken,
      slots,
      answers: { bytes: 0 },
      alone,
      effort,
      transcript,
    });
    this.redact = redactor(this.#secrets.add(token));
    return token;
  }

  revoke(token: string): void {
    this.#callers.delete(token);
    this.#secrets.delete(token);
    this.redact = redactor(this.#secrets);
  }

  /** Throws `gateway.token` for a key that was never issued here, or no longer holds. */
  callerOf(authorization: string | undefined, apiKey?: string): Caller {
    const token = /^Bearer (.+)$/i.exec(authorization ?? '')?.[1] ?? apiKey;
    const caller = token === undefined ? undefined : this.#callers.get(token);
    if (caller) return caller;
    throw new Refusal(
      401,
      'gateway.token',
      'this key does not belong to this gateway',
      'Send OPENAI_API_KEY, or ANTHROPIC_API_KEY, as it was given.',
    );
  }

  /** Notes how a call went, besides its cost. */
  note(task: string, error: string | undefined, { rehearsal = false, estimated = false } = {}): void {
    for (const entry of [this.#total, this.#tasks.get(task)!]) {
      entry.rehearsal ||= rehearsal;
      entry.estimated += estimated ? 1 : 0;
      if (error !== undefined) entry.errors[error] = (entry.errors[error] ?? 0) + 1;
    }
  }

  usage(task?: string): GatewayUsage {
    const entry = task === undefined ? this.#total : this.#tasks.get(task);
    if (entry === undefined) return NOTHING;
    const { budget, rehearsal, errors, estimated } = entry;
    return { ...budget.spending(), rehearsal, errors: { ...errors }, ...(estimated > 0 ? { estimated } : {}) };
  }
}

function account(name: string, limits: BudgetLimits, parent?: Budget): Account {
  return { budget: new Budget(name, limits, parent), rehearsal: false, estimated: 0, errors: {} };
}
