import { HuxleyError } from '../../model/error.ts';
import { limitFromUSD, type NanoUSD, toUSD } from './money.ts';
import type { TokenCount } from './prices.ts';

/** What may be spent; a missing limit is none. */
export interface BudgetLimits {
  readonly costUSD?: number;
  readonly requests?: number;
  /** Input and output together. */
  readonly tokens?: number;
}

export interface Spending {
  readonly requests: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly costUSD: number;
}

/** A part of a budget set aside for one call. */
export interface Reservation {
  /** What the call cost in the end; the rest is free again. Only the first settlement counts. */
  settle(actual: { readonly cost: NanoUSD; readonly tokens: TokenCount }): void;
  /** The call cost nothing. */
  release(): void;
  /** What the call cost is not known: all that was set aside counts as spent. */
  forfeit(): void;
  readonly cost: NanoUSD;
}

/**
 * Reserve before a call, settle after it: however many calls are under way, the sum of what they can cost stays within
 * the limits. A task's budget has the job's as its parent; a reservation must fit both.
 */
export class Budget {
  readonly #name: string;
  readonly #parent: Budget | undefined;
  readonly #limit: { cost: NanoUSD; requests: number; tokens: number };
  readonly #held = { cost: 0, requests: 0, tokens: 0 };
  readonly #spent = { cost: 0, requests: 0, input: 0, output: 0 };

  constructor(name: string, limits: BudgetLimits, parent?: Budget) {
    this.#name = name;
    this.#parent = parent;
    this.#limit = {
      cost: limitFromUSD(limits.costUSD ?? Number.POSITIVE_INFINITY),
      requests: limits.requests ?? Number.POSITIVE_INFINITY,
      tokens: limits.tokens ?? Number.POSITIVE_INFINITY,
    };
  }

  /** Sets aside the most a call can cost. Throws `gateway.budget`, which agents read: what is spent would tell what a cache held. */
  reserve(most: { readonly cost: NanoUSD; readonly tokens: TokenCount }): Reservation {
    const chain = this.#chain();
    const tokens = most.tokens.input + most.tokens.output;
    for (const budget of chain) budget.#mustFit(most.cost, tokens);
    for (const budget of chain) budget.#hold(most.cost, tokens, 1);
    let open = true;
    const close = (actual?: { readonly cost: NanoUSD; readonly tokens: TokenCount }) => {
      if (!open) return;
      open = false;
      for (const budget of chain) {
        budget.#hold(-most.cost, -tokens, -1);
        if (actual) budget.#spend(actual.cost, actual.tokens);
      }
    };
    return { cost: most.cost, settle: close, release: () => close(), forfeit: () => close(most) };
  }

  spending(): Spending {
    const { cost, requests, input, output } = this.#spent;
    return { requests, inputTokens: input, outputTokens: output, costUSD: toUSD(cost) };
  }

  #chain(): Budget[] {
    return this.#parent ? [this, ...this.#parent.#chain()] : [this];
  }

  #hold(cost: NanoUSD, tokens: number, requests: number): void {
    this.#held.cost += cost;
    this.#held.tokens += tokens;
    this.#held.requests += requests;
  }

  #spend(cost: NanoUSD, tokens: TokenCount): void {
    this.#spent.cost += cost;
    this.#spent.requests += 1;
    this.#spent.input += tokens.input;
    this.#spent.output += tokens.output;
  }

  #mustFit(cost: NanoUSD, tokens: number): void {
    const spent = this.#spent;
    const held = this.#held;
    const refuse = (need: string): never => {
      throw new HuxleyError(
        'gateway.budget',
        `the budget of ${this.#name} does not cover this call, which may need ${need}`,
        'Ask for fewer output tokens or send less, or raise the limit in the configuration.',
      );
    };
    if (spent.requests + held.requests + 1 > this.#limit.requests) refuse('1 request');
    if (spent.input + spent.output + held.tokens + tokens > this.#limit.tokens) refuse(`${tokens} tokens`);
    if (spent.cost + held.cost + cost > this.#limit.cost) refuse(`${toUSD(cost).toFixed(6)} US dollars`);
  }
}
