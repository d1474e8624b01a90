import { randomBytes } from 'node:crypto';
import { Budget, type BudgetLimits, type Spending } from './budget.ts';
import { type Redact, redactor } from './redact.ts';
import { Refusal } from './refusal.ts';
import { Slots } from './slots.ts';

export interface GatewayUsage extends Spending {
  /** True once any answer came from a rehearsal model. */
  readonly rehearsal: boolean;
  /** Calls that ended in an error of the provider or the gateway, by code. */
  readonly errors: Readonly<Record<string, number>>;
}

export interface Caller {
  readonly task: string;
  readonly budget: Budget;
  readonly slots: Slots;
}

interface Account {
  readonly budget: Budget;
  rehearsal: boolean;
  readonly errors: Record<string, number>;
}

/** Calls one key may have under way, so that no task keeps the provider's rate limit to itself; more wait their turn. */
const CALLS_AT_ONCE = 16;

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
  redact: Redact;

  constructor(budget: BudgetLimits, secrets: readonly string[]) {
    this.#total = account('this job', budget);
    this.#secrets = new Set(secrets);
    this.redact = redactor(this.#secrets);
  }

  issue(task: string, budget: BudgetLimits): string {
    const token = `hx-${randomBytes(24).toString('base64url')}`;
    const ofTask = this.#tasks.get(task) ?? account(`task ${task}`, {}, this.#total.budget);
    this.#tasks.set(task, ofTask);
    const ofToken = new Budget(`task ${task}`, budget, ofTask.budget);
    this.#callers.set(token, { task, budget: ofToken, slots: new Slots(CALLS_AT_ONCE) });
    this.redact = redactor(this.#secrets.add(token));
    return token;
  }

  revoke(token: string): void {
    this.#callers.delete(token);
  }

  /** Throws `gateway.token` for a key that was never issued here, or no longer holds. */
  callerOf(authorization: string | undefined): Caller {
    const token = /^Bearer (.+)$/i.exec(authorization ?? '')?.[1];
    const caller = token === undefined ? undefined : this.#callers.get(token);
    if (caller) return caller;
    throw new Refusal(401, 'gateway.token', 'this key is none of this gateway', 'Send OPENAI_API_KEY as it was given.');
  }

  /** Notes how a call went, besides its cost. */
  note(task: string, rehearsal: boolean, error: string | undefined): void {
    for (const entry of [this.#total, this.#tasks.get(task)!]) {
      entry.rehearsal ||= rehearsal;
      if (error !== undefined) entry.errors[error] = (entry.errors[error] ?? 0) + 1;
    }
  }

  usage(task?: string): GatewayUsage {
    const entry = task === undefined ? this.#total : this.#tasks.get(task);
    if (entry === undefined) return NOTHING;
    return { ...entry.budget.spending(), rehearsal: entry.rehearsal, errors: { ...entry.errors } };
  }
}

function account(name: string, limits: BudgetLimits, parent?: Budget): Account {
  return { budget: new Budget(name, limits, parent), rehearsal: false, errors: {} };
}
