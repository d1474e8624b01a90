import { randomBytes } from 'node:crypto';
import { priceBook } from '../../gateway/money/prices.ts';
import { HuxleyError } from '../../model/error.ts';
import { REHEARSAL_MODEL, startRehearsal } from '../../rehearsal/server.ts';
import { askYes, canAsk } from '../terminal/ask.ts';

/** US dollars a run of the demo may spend at most; its configuration carries them. */
export const DEMO_LIMIT_USD = 20;

/** What the demo's agent is answered by. */
export interface DemoModel extends AsyncDisposable {
  readonly name: string;
  readonly baseURL: string | null;
  readonly apiKey: string;
  readonly rehearsal: boolean;
}

export interface ModelChoice {
  /** `rehearsal`, or a real model, which costs money. A key in the environment alone chooses nothing. */
  readonly model: string;
  readonly budget: number;
  readonly seed: number;
  readonly say: (line: string) => void;
  /** Asks the person before money is spent; `null` where nobody can be asked: the option itself was the answer then. */
  readonly ask?: typeof askYes | null;
  readonly env?: NodeJS.ProcessEnv;
}

/**
 * The rehearsal model, or a real one that was asked for by name.
 *
 * @throws HuxleyError `demo.key` without a key for it, `demo.declined` where the person does not want to spend
 */
export async function openDemoModel(choice: ModelChoice): Promise<DemoModel> {
  const { model, say, env = process.env } = choice;
  if (model === REHEARSAL_MODEL) {
    if (env.OPENAI_API_KEY)
      say(
        `OPENAI_API_KEY is not used: a rehearsal costs nothing. For a real model add --model NAME. ${costText(EXAMPLE, env.OPENAI_BASE_URL || null, choice.budget)}`,
      );
    return rehearse(choice.seed);
  }
  const apiKey = env.OPENAI_API_KEY ?? '';
  const baseURL = env.OPENAI_BASE_URL || null;
  if (apiKey === '' && baseURL === null)
    throw new HuxleyError(
      'demo.key',
      `There is no key for ${model}.`,
      'Set OPENAI_API_KEY (and OPENAI_BASE_URL for another endpoint), or leave out --model for a rehearsal.',
    );
  say(`A real model will answer. ${costText(model, baseURL, choice.budget)}`);
  const ask = choice.ask === undefined ? (canAsk() ? askYes : null) : choice.ask;
  if (ask !== null && !(await ask('Spend this?', false)))
    throw new HuxleyError(
      'demo.declined',
      'Nothing was spent.',
      'Leave out --model for a rehearsal, which costs nothing.',
    );
  return { name: model, baseURL, apiKey: apiKey || 'none', rehearsal: false, [Symbol.asyncDispose]: async () => {} };
}

/** The model whose price is shown to whoever has a key and named no model. */
const EXAMPLE = 'gpt-5.4-mini';

/** Tokens the starter agent takes for a task, in and out: a guess, measured with the rehearsal model. */
const TASK_TOKENS = { input: 30_000, output: 3_000 };
/** Evaluations outside of the budget: the root's, the finalists' and the held-out ones of root and winner. */
const EXTRA_EVALUATIONS = 140;

function costText(model: string, baseURL: string | null, budget: number): string {
  const price = priceBook({}, baseURL).find(model);
  const evaluations = budget + EXTRA_EVALUATIONS;
  const each = price && (price.input * TASK_TOKENS.input + price.output * TASK_TOKENS.output) / 1e6;
  const estimate = each === undefined ? '' : `about $${Math.min(DEMO_LIMIT_USD, evaluations * each).toFixed(0)}, and `;
  return `With ${model} at ${baseURL ?? 'OpenAI'}, about ${evaluations} evaluations will cost ${estimate}$${DEMO_LIMIT_USD} at most.`;
}

async function rehearse(seed: number): Promise<DemoModel> {
  const rehearsal = await startRehearsal({ seed });
  return {
    name: REHEARSAL_MODEL,
    baseURL: rehearsal.baseURL,
    apiKey: `rehearsal-${randomBytes(12).toString('hex')}`,
    rehearsal: true,
    [Symbol.asyncDispose]: () => rehearsal[Symbol.asyncDispose](),
  };
}
