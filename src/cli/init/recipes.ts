/** A repository to start from. */
export interface Recipe {
  /** Folder of `examples`. */
  readonly folder: string;
  /** The secret that its workflow gives to jobs. */
  readonly secret: string;
}

const OPENAI = 'OPENAI_API_KEY';

/** What `init` can write; null for an agent of one's own, which gets the files around it. */
export const RECIPES = {
  'claude-code': { folder: 'claude-code', secret: 'ANTHROPIC_API_KEY' },
  codex: { folder: 'codex', secret: OPENAI },
  opencode: { folder: 'opencode', secret: OPENAI },
  pi: { folder: 'pi', secret: OPENAI },
  python: { folder: 'python-agent', secret: OPENAI },
  starter: { folder: 'starter-agent', secret: OPENAI },
  custom: null,
} as const satisfies Readonly<Record<string, Recipe | null>>;
