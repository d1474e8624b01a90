import type { JobId } from '../../model/ids.ts';
import type { Sign } from '../../model/sign.ts';

/** `Evaluations` while they are read. */
export interface Columns {
  readonly variant: number[];
  readonly task: number[];
  readonly round: number[];
  readonly outcome: number[];
  readonly score: (number | null)[];
  readonly costUSD: number[];
  readonly tokens: (number | null)[];
  readonly seconds: number[];
  readonly at: number[];
  readonly job: JobId[];
  readonly signs: Record<number, readonly Sign[]>;
  readonly aside: Record<number, 'begun again' | 'no result'>;
}

export function emptyColumns(): Columns {
  return {
    variant: [],
    task: [],
    round: [],
    outcome: [],
    score: [],
    costUSD: [],
    tokens: [],
    seconds: [],
    at: [],
    job: [],
    signs: {},
    aside: {},
  };
}
