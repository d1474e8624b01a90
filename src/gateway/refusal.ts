import { HuxleyError } from '../model/error.ts';

/** A call the gateway does not pass on, or could not: an HTTP status with an error people and clients can read. */
export class Refusal extends HuxleyError {
  readonly status: number;

  constructor(status: number, code: string, message: string, remedy: string, options?: ErrorOptions) {
    super(code, message, remedy, options);
    this.status = status;
  }
}

const STATUS_OF: Readonly<Record<string, number>> = { 'gateway.budget': 402, 'gateway.unknown-price': 403 };

export function asRefusal(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  if (error instanceof HuxleyError)
    return new Refusal(STATUS_OF[error.code] ?? 500, error.code, error.message, error.remedy, { cause: error });
  return new Refusal(500, 'gateway.internal', `the gateway failed: ${String(error)}`, 'This is a defect of Huxley.', {
    cause: error,
  });
}

/** The body OpenAI's clients expect of an error. */
export function refusalBody(refusal: Refusal): string {
  const message = `${refusal.message}. ${refusal.remedy}`;
  return JSON.stringify({ error: { message, type: 'huxley_gateway', code: refusal.code, param: null } });
}
