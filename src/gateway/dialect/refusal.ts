import { HuxleyError } from '../../model/error.ts';

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
  // What it was may name the machine's own paths: it is told to people, not to the agent.
  return new Refusal(500, 'gateway.internal', 'the gateway failed', 'This is a defect of Huxley.', { cause: error });
}

/** The body that clients expect of an error: OpenAI's, or Anthropic's. */
export function refusalBody(refusal: Refusal, path = ''): string {
  const message = refusal.inFull;
  const type = isMessages(path) ? { type: 'error' } : {};
  return JSON.stringify({ ...type, error: { message, type: 'huxley_gateway', code: refusal.code, param: null } });
}

/** Whether a path is of Anthropic's API. */
export const isMessages = (path: string): boolean => path.startsWith('/v1/messages');

export function abandoned(): Refusal {
  return new Refusal(499, 'gateway.abandoned', 'the caller is gone', 'Nothing; nobody waits for it.');
}

export function cut(cause: unknown): Refusal {
  const inner = (cause as Error).cause ?? cause;
  return new Refusal(
    502,
    'gateway.cut',
    `the model's answer broke off: ${inner instanceof Error ? inner.message : String(inner)}`,
    'The partial answer is not used; its cost is counted in full. Try again.',
    { cause },
  );
}

export function tooLarge(limit: number): Refusal {
  return new Refusal(502, 'gateway.too-large', `the model's answer is over ${limit} bytes`, 'Ask for fewer tokens.');
}

export function nonsense(body: string): Refusal {
  const start = JSON.stringify(body.slice(0, 120));
  return new Refusal(
    502,
    'gateway.nonsense',
    `the model's endpoint answered something that is not JSON: ${start}`,
    'Check that the `baseURL` of the model in .github/huxley.yml is an endpoint that speaks this API.',
  );
}
