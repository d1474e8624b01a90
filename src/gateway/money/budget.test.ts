import { calcPrice } from '@pydantic/genai-prices';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Budget, type Reservation } from './budget.ts';
import { cost, priceBook, priceOf } from './prices.ts';
import { costOfAnswer, pricing } from './pricing.ts';

const amount = (nano: number, tokens = 0) => ({ cost: nano, tokens: { input: tokens, cached: 0, output: 0 } });

test('what is reserved cannot be reserved again until it is settled', () => {
  const budget = new Budget('this job', { costUSD: 10e-9 });
  const first = budget.reserve(amount(7));
  expect(() => budget.reserve(amount(4))).toThrow(/may need 0.000000 US dollars/);
  first.settle(amount(2));
  budget.reserve(amount(8)).forfeit();
  expect(budget.spending()).toEqual({ requests: 2, inputTokens: 0, outputTokens: 0, costUSD: 10e-9 });
  expect(() => budget.reserve(amount(1))).toThrow();
});

test('a task stays within its own budget and the job within all', () => {
  const job = new Budget('this job', { requests: 3 });
  const [a, b] = [new Budget('task a', { requests: 2 }, job), new Budget('task b', { requests: 2 }, job)];
  a.reserve(amount(0)).settle(amount(0));
  a.reserve(amount(0));
  expect(() => a.reserve(amount(0))).toThrow(/budget of task a does not cover this call, which may need 1 request$/);
  b.reserve(amount(0));
  expect(() => b.reserve(amount(0))).toThrow(/budget of this job/);
});

test('settling twice counts once', () => {
  const budget = new Budget('this job', {});
  const reservation = budget.reserve(amount(5));
  reservation.settle(amount(3));
  reservation.settle(amount(3));
  reservation.forfeit();
  expect(budget.spending()).toMatchObject({ requests: 1, costUSD: 3e-9 });
});

test('whatever the order of calls, no limit is ever passed and nothing is lost', () => {
  const step = fc.oneof(
    fc.record({ do: fc.constant('reserve' as const), task: fc.nat(2), cost: fc.nat(400), tokens: fc.nat(400) }),
    fc.record({
      do: fc.constantFrom('settle' as const, 'release' as const, 'forfeit' as const),
      at: fc.nat(),
      part: fc.double({ min: 0, max: 1, noNaN: true }),
    }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
      const job = new Budget('this job', { costUSD: 2000e-9, tokens: 3000, requests: 20 });
      const tasks = [0, 1, 2].map((n) => new Budget(`task ${n}`, { costUSD: 900e-9 }, job));
      const open: { reservation: Reservation; cost: number; tokens: number }[] = [];
      let spent = 0;
      for (const one of steps) {
        if (one.do === 'reserve') {
          try {
            open.push({
              reservation: tasks[one.task]!.reserve(amount(one.cost, one.tokens)),
              cost: one.cost,
              tokens: one.tokens,
            });
          } catch {
            // does not fit: what the property is about
          }
          continue;
        }
        const taken = open.splice(one.at % Math.max(1, open.length), 1)[0];
        if (!taken) continue;
        const part = Math.floor(taken.cost * one.part);
        if (one.do === 'settle') taken.reservation.settle(amount(part, taken.tokens));
        else taken.reservation[one.do]();
        spent += { settle: part, release: 0, forfeit: taken.cost }[one.do];
      }
      for (const { reservation, cost } of open) {
        reservation.forfeit();
        spent += cost;
      }
      expect(Math.round(job.spending().costUSD * 1e9)).toBe(spent);
      expect(spent).toBeLessThanOrEqual(2000);
      expect(job.spending().inputTokens).toBeLessThanOrEqual(3000);
      expect(job.spending().requests).toBeLessThanOrEqual(20);
      for (const task of tasks) expect(Math.round(task.spending().costUSD * 1e9)).toBeLessThanOrEqual(900);
    }),
  );
});

const OPENAI = priceBook();
const ANTHROPIC = priceBook({}, 'https://api.anthropic.com/v1');

test('a call costs its tokens, cached ones less, rounded up', () => {
  const mini = priceOf(OPENAI, 'gpt-5-mini-2025-08-07');
  expect(mini).toEqual(priceOf(OPENAI, 'gpt-5-mini'));
  expect(cost(mini, { input: 1000, cached: 0, output: 100 })).toBe(450_000);
  expect(cost(mini, { input: 1000, cached: 1000, output: 0 })).toBe(25_000);
  expect(cost({ input: 0.0001, output: 0 }, { input: 1, cached: 0, output: 0 })).toBe(1);
  const long = priceOf(OPENAI, 'gpt-5.4');
  // "Less than 272K input tokens" cost the standard rates.
  expect(cost(long, { input: 271_999, cached: 0, output: 1000 })).toBe(694_997_500);
  expect(cost(long, { input: 272_000, cached: 272_000, output: 1000 })).toBe(158_500_000);
  expect(() => priceOf(OPENAI, 'toString')).toThrow(/no price is known for model 'toString'/);
});

// platform.claude.com/docs, "Prompt caching", pricing: writes cost 1.25 times the input, for an hour twice, reads a tenth.
test('what is written to a cache costs more than what is read from it', () => {
  const opus = priceOf(ANTHROPIC, 'claude-opus-4-6');
  expect(cost(opus, { input: 1000, cached: 0, output: 0 })).toBe(5_000_000);
  expect(cost(opus, { input: 1000, cached: 0, written: 1000, output: 0 })).toBe(6_250_000);
  expect(cost(opus, { input: 1000, cached: 0, writtenHour: 1000, output: 0 })).toBe(10_000_000);
  expect(cost(opus, { input: 1000, cached: 1000, output: 0 })).toBe(500_000);
  expect(cost(opus, { input: 1000, cached: 500, written: 300, writtenHour: 100, output: 10 })).toBe(
    500_000 + 250_000 + 1_875_000 + 1_000_000 + 250_000,
  );
  // Where a price says nothing of caches, the same shares hold.
  expect(cost({ input: 1, output: 1 }, { input: 3, cached: 0, written: 2, writtenHour: 1, output: 0 })).toBe(4_500);
});

test.each([
  ['gpt-5.4', 'https://api.openai.com/v1'],
  ['gpt-4.1-mini', 'https://api.openai.com/v1'],
  ['claude-sonnet-4-5-20250929', 'https://api.anthropic.com/v1'],
  ['claude-haiku-4-5', 'https://api.anthropic.com/v1'],
  ['gemini-2.5-pro', 'https://generativelanguage.googleapis.com/v1beta/openai'],
  ['anthropic/claude-sonnet-4.5', 'https://openrouter.ai/api/v1'],
  ['claude-sonnet-4-5', 'http://127.0.0.1:4000/v1'],
])('%s at %s costs what the list itself makes of it', (model, providerApiUrl) => {
  const price = priceOf(priceBook({}, providerApiUrl), model);
  const tokens = fc.record({
    plain: fc.nat(400_000),
    cached: fc.nat(300_000),
    written: fc.nat(1_000),
    output: fc.nat(20_000),
  });
  fc.assert(
    fc.property(tokens, ({ plain, cached, written, output }) => {
      const writes = price.cacheWrite === undefined ? 0 : written;
      const input = plain + cached + writes;
      const usage = {
        input_tokens: input,
        cache_read_tokens: cached,
        cache_write_tokens: writes,
        output_tokens: output,
      };
      const known = calcPrice({ input_tokens: 1 }, model, { providerApiUrl }) !== null;
      const list = calcPrice(usage, model, known ? { providerApiUrl } : {})!.total_price * 1e9;
      const ours = cost(price, { input, cached, written: writes, output });
      expect(ours).toBeGreaterThanOrEqual(list - 1);
      expect(ours).toBeLessThanOrEqual(list + 2);
    }),
    { numRuns: 200 },
  );
});

test('a repository’s own price comes before the list’s, for that name alone', () => {
  const book = priceBook({ 'gpt-5.4': { input: 1, output: 1 } });
  expect(priceOf(book, 'gpt-5.4')).toEqual({ input: 1, output: 1 });
  expect(priceOf(book, 'gpt-5.4-mini').input).toBe(0.75);
});

test('a model without a price is refused with the line that would give it one', () => {
  expect(() => priceOf(OPENAI, 'my-model')).toThrow(
    expect.objectContaining({
      code: 'gateway.unknown-price',
      remedy: expect.stringContaining('models: { prices: { my-model: { input: 1, output: 4 } } }'),
    }),
  );
});

test('what a provider itself says an answer cost is believed where it is more, and expected from then on', () => {
  const openrouter = pricing(priceBook({ m: { input: 1, output: 1 } }, 'https://openrouter.ai/api/v1'));
  const usage = { input: 1_000, cached: 0, output: 1_000 };
  expect(costOfAnswer(openrouter, 'm', { usage, costUSD: 0.001 })).toBe(2_000_000);
  expect(costOfAnswer(openrouter, 'm', { usage, costUSD: 0.01 })).toBe(10_000_000);
  expect(openrouter.most('m', usage)).toBe(10_000_000);
});
