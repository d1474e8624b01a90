import { test } from 'vitest';
import { runRecipe } from '../support/recipe-run.ts';

const RECIPES = [
  { name: 'claude-code', instructions: 'claude/CLAUDE.md', secret: 'ANTHROPIC_API_KEY' },
  { name: 'codex', instructions: 'codex/AGENTS.md', secret: 'OPENAI_API_KEY' },
  { name: 'opencode', instructions: 'opencode/AGENTS.md', secret: 'OPENAI_API_KEY' },
  { name: 'pi', instructions: 'pi/AGENTS.md', secret: 'OPENAI_API_KEY' },
] as const;

test.each(RECIPES)(
  '$name as `init` writes it evolves through the App: a run of 12 evaluations on real workers',
  { timeout: 1_300_000 },
  (recipe) => runRecipe({ ...recipe, seconds: 1_200 }),
);
