/** What every command of the benchmark takes. */
export interface BenchOptions {
  readonly path?: string;
  readonly tasks?: string;
  readonly concurrency: number;
  readonly install: boolean;
  readonly json?: boolean;
}

export type LockOptions = Pick<BenchOptions, 'path' | 'tasks'>;

export interface RunOptions extends BenchOptions {
  readonly agent: string;
  readonly suite: string;
  readonly model?: string;
  readonly solve?: string;
  readonly out?: string;
  readonly fresh?: boolean;
}

export interface CalibrateOptions extends RunOptions {
  readonly attempts: number;
  readonly gradings: number;
}

export interface ValidateOptions extends BenchOptions {
  readonly out?: string;
  readonly resume?: boolean;
}

export interface GradeOptions extends BenchOptions {
  readonly grader: 'hardened' | 'official';
  readonly suite: string;
  readonly out?: string;
}
