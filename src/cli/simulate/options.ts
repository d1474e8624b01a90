import type { Prefer } from '../../model/event.ts';

export interface SimulateOptions {
  readonly landscape?: string[];
  readonly policy: string[];
  readonly budget: number[];
  readonly seeds: number;
  readonly firstSeed: number;
  readonly concurrency: number;
  readonly prefer: Prefer;
  readonly batch: number;
  readonly expansionCost: number;
  readonly confidence: number;
  readonly against?: string;
  readonly threads: number;
  readonly json?: boolean;
  readonly svg?: string;
  readonly advise?: boolean;
  readonly tasks: number;
  readonly rootScore: number;
  readonly price: number;
}
