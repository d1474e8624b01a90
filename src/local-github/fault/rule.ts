import type { Route } from '../http/route.ts';

/**
 * What goes wrong with a webhook delivery.
 *
 * - `drop`: it does not reach the receiver; the log has it as failed, so it can be redelivered.
 * - `lose`: it is never sent, and no log knows of it.
 * - `double`: it is sent twice, under one id.
 * - `delay`: it is sent `ms` milliseconds late, so that later ones overtake it.
 * - `hold`: it is sent right after the next delivery to the same App: the two swap places.
 */
export type DeliveryFault = 'drop' | 'lose' | 'double' | 'hold' | { readonly delay: number };

/**
 * What goes wrong with a request.
 *
 * - `error`: a 5xx, `before` the operation ran or `after` it took effect.
 * - `secondary-limit`: GitHub's answer to too much at once, with `retry-after` in seconds.
 * - `primary-limit`: the hour's requests are used up; they come back after `seconds`.
 * - `refuse`: a refusal with this status and message, before the operation ran (405 and 409 of merges).
 * - `stale`: a read is answered as it was the last time it was asked, however much changed since.
 */
export type RequestFault =
  | { readonly type: 'error'; readonly status: number; readonly when: 'before' | 'after' }
  | { readonly type: 'secondary-limit'; readonly retryAfter: number }
  | { readonly type: 'primary-limit'; readonly seconds: number }
  | { readonly type: 'refuse'; readonly status: number; readonly message: string }
  | { readonly type: 'stale' };

export interface DeliveryRule {
  /** The webhook's event, with its action after a dot where only that one is meant: `push`, `check_run.completed`. */
  readonly event: string;
  readonly fault: DeliveryFault;
  /** How many deliveries it happens to (default: the next one). */
  readonly times?: number;
  /** How many matching deliveries go well before (default: none). */
  readonly after?: number;
}

export interface RequestRule {
  /** The operation by its OpenAPI path, e.g. `PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge`. */
  readonly route: Route;
  readonly fault: RequestFault;
  /** How many requests it happens to (default: the next one). */
  readonly times?: number;
  /** How many matching requests go well before (default: none). */
  readonly after?: number;
  /** Only to requests whose path holds this, e.g. `/octo/agent/`. */
  readonly path?: string;
  /** Whose requests it happens to (default: everyone's). */
  readonly who?: 'apps' | 'everyone';
}

/** How likely each fault is, in [0, 1]; what is left out does not happen. */
export interface FaultProfile {
  readonly drop?: number;
  readonly lose?: number;
  readonly double?: number;
  readonly delay?: number;
  /** Longest delay, in milliseconds. */
  readonly delayMs?: number;
  readonly errorBefore?: number;
  readonly errorAfter?: number;
  readonly secondaryLimit?: number;
  /** 405 and 409 for merges. */
  readonly mergeRefused?: number;
  readonly stale?: number;
}

/** A bad day: every fault, often enough that a run of a hundred requests meets most of them. */
export const BAD_DAY: Required<FaultProfile> = {
  drop: 0.05,
  lose: 0.05,
  double: 0.1,
  delay: 0.2,
  delayMs: 500,
  errorBefore: 0.03,
  errorAfter: 0.03,
  secondaryLimit: 0.01,
  mergeRefused: 0.2,
  stale: 0.05,
};
