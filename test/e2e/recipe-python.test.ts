import { test } from 'vitest';
import { runRecipe } from '../support/recipe-run.ts';

test('the Python agent as `init` writes it evolves through the App: a run of 12 evaluations on real workers', async () => {
  await runRecipe({ name: 'python', instructions: 'prompts/solve.md', secret: 'OPENAI_API_KEY', seconds: 240 });
}, 280_000);
