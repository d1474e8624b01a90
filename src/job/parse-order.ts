import { z } from 'zod';
import { HuxleyError } from '../model/error.ts';
import { type Order, orderSchema } from './contract.ts';

/** The order in a text. Throws HuxleyError `job.order` naming the first place that breaks the contract. */
export function parseOrder(text: string): Order {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw refuse('is not JSON', cause);
  }
  const parsed = orderSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  throw refuse(z.prettifyError(parsed.error).replace(/\s+/g, ' ').slice(0, 500), parsed.error);
}

function refuse(what: string, cause: unknown): HuxleyError {
  return new HuxleyError(
    'job.order',
    `The order breaks the contract: ${what}`,
    'Use the action and the app of one version of Huxley.',
    { cause },
  );
}
