import type { OperatorName } from '../../model/operator.ts';

export interface ExpandOptions {
  readonly agent: string;
  readonly operator: OperatorName;
  readonly suite?: string;
  readonly model?: string;
  readonly donor?: string;
  readonly tasks?: string;
  readonly seed: number;
  readonly concurrency: number;
  readonly out?: string;
  readonly install: boolean;
  readonly json?: boolean;
}
