import type { IssuedOrder } from '../contract/contract.ts';

/** The workflow run an order has come in, as GitHub tells the worker. */
export interface Place {
  readonly repository: number;
  readonly event: string;
  /** What was checked out, e.g. `refs/heads/main`: its configuration names the keys that were believed. */
  readonly ref: string;
  readonly defaultBranch: string;
  /** Who started the workflow run, and who started this attempt at it. */
  readonly actor: string;
  readonly triggeringActor: string;
  readonly attempt: number;
}

/** Why an order that is signed is still not for this workflow run, or null. Pure. */
export function misplaced(order: IssuedOrder, place: Place): string | null {
  if (order.repository !== place.repository)
    return `it is for repository ${order.repository}, and this is ${place.repository}`;
  if (place.event !== 'workflow_dispatch') return `it came by ${place.event}, not by a dispatch`;
  if (place.ref !== `refs/heads/${place.defaultBranch}`)
    return `it came on ${place.ref}, and only ${place.defaultBranch} says whose orders count`;
  for (const actor of [place.actor, place.triggeringActor])
    if (actor !== order.app) return `${actor} sent it, not ${order.app}`;
  if (place.attempt !== 1) return `it was carried out before (attempt ${place.attempt} of this workflow run)`;
  return null;
}
