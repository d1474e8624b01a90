import type { CliName } from './cli-agent.ts';

/** Flags of a guided set-up; each leaves its question out. */
export interface InitFlags {
  readonly yes?: boolean;
  readonly solve?: string;
  readonly check?: string;
  readonly build?: string;
  readonly cli?: CliName;
  readonly model?: string;
  readonly suite?: string;
  readonly budgetUsd?: number;
  readonly server?: boolean;
  readonly serverless?: boolean;
  /** The repository that publishes the action, `owner/name`. */
  readonly action?: string;
  readonly push?: boolean;
  /** False after `--no-commit`. */
  readonly commit: boolean;
  /** False after `--no-github`. */
  readonly github: boolean;
}
