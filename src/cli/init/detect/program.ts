/** How a program of the repository is started, tried and installed. */
export interface Program {
  /** What says so, e.g. `package.json (bin)`. */
  readonly from: string;
  /** Shell command that solves a task. */
  readonly solve: string;
  /** Shell command that notices a program which does not start; null for none. */
  readonly check: string | null;
  /** Shell command that installs what it depends on; null for nothing. */
  readonly build: string | null;
  /** The file that says what is to be installed, where no command that does so is known; `build` is then null. */
  readonly unknownBuild?: string | undefined;
  /** Globs of what the build reads, where it compiles sources. */
  readonly inputs?: readonly string[];
}

/** Names of files that are agents, likeliest first. */
export const AGENT_NAMES = ['agent', 'main', 'cli', 'run'];
