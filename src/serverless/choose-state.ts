/** A run of the controller's workflow, as GitHub tells of it. */
export interface SeenRun {
  /** Its number among the runs of its workflow: 1, 2, ... */
  readonly number: number;
  /** It ran what the default branch held, and succeeded: so it has saved its last state. */
  readonly succeeded: boolean;
  /** The newest authentic state it has left. */
  readonly state: { readonly final: boolean } | null;
}

/** Which state counts: the one of run `number`, none since there has never been any, or none since some are missing. */
export type Choice =
  | { readonly kind: 'restore'; readonly number: number }
  | { readonly kind: 'first' }
  | { readonly kind: 'refuse'; readonly why: string };

/**
 * Chooses the state to go on from, given the runs of the workflow, the newest first, down to the newest that has a state, or all
 * there are. Refuses where a newer state than the newest one found has been there: going back would do again, or otherwise,
 * what has been done. Pure.
 *
 * What it cannot tell: a state that was deleted of a run that did not succeed.
 */
export function chooseState(runs: readonly SeenRun[]): Choice {
  let above: number | null = null;
  for (const { number, succeeded, state } of runs) {
    if (above !== null && number !== above - 1) return missing(number + 1, above - 1);
    above = number;
    if (state === null && !succeeded) continue;
    if (state === null)
      return {
        kind: 'refuse',
        why: `run ${number} of the workflow succeeded, and its state is gone or is not sealed with this HUXLEY_KEY`,
      };
    if (succeeded && !state.final)
      return { kind: 'refuse', why: `the last state of run ${number} of the workflow is gone` };
    return { kind: 'restore', number };
  }
  return above === null || above === 1 ? { kind: 'first' } : missing(1, above - 1);
}

function missing(from: number, to: number): Choice {
  const which = from === to ? `run ${from} of the workflow is` : `runs ${from} to ${to} of the workflow are`;
  return { kind: 'refuse', why: `${which} gone, and with it perhaps a newer state` };
}
