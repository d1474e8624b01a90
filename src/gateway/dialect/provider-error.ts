import { isRetryable } from './retry.ts';

/** A provider's failure inside an answer whose status says that all went well. */
export interface ProviderError {
  readonly message: string;
  /** Whether asking again may help. */
  readonly again: boolean;
  /** What the provider should have answered with. */
  readonly status: number;
  readonly code: string | null;
}

type Json = Readonly<Record<string, unknown>>;

/** The error an answer, or one event of a stream, holds; `undefined` for none. */
export function providerErrorOf(json: unknown): ProviderError | undefined {
  if (!isObject(json)) return undefined;
  const response = isObject(json.response) ? json.response : undefined;
  if (json.type === 'error' || json.object === 'error') return describe(isPresent(json.error) ? json.error : json);
  if (json.type === 'response.failed' || response?.status === 'failed') return describe(response?.error ?? json);
  if (json.status === 'failed') return describe(json.error ?? json);
  if (isPresent(json.error)) return describe(json.error);
  for (const choice of Array.isArray(json.choices) ? json.choices : []) {
    if (!isObject(choice)) continue;
    if (isPresent(choice.error)) return describe(choice.error);
    if (choice.finish_reason === 'error') return describe({ message: 'the answer ended in an error' });
  }
  return undefined;
}

/** Whether a whole answer holds an answer at all. */
export function answersNothing(json: unknown): boolean {
  if (!isObject(json)) return true;
  const counted = typeof json.input_tokens === 'number';
  return !counted && ![json.choices, json.output, json.content].some(Array.isArray);
}

/** Whether an event of a stream says nothing yet: a comment, the first words of an envelope. */
export function isPreliminary(json: unknown): boolean {
  if (!isObject(json)) return json === undefined;
  if (isPresent(json.usage)) return false;
  if (typeof json.type === 'string')
    return /^(response\.(created|in_progress|queued)|ping|message_start)$/.test(json.type);
  return (
    Array.isArray(json.choices) &&
    json.choices.every((choice) => {
      if (!isObject(choice) || isPresent(choice.finish_reason)) return false;
      const delta = isObject(choice.delta) ? choice.delta : {};
      return Object.entries(delta).every(([name, value]) => name === 'role' || !isPresent(value));
    })
  );
}

const CLIENTS_FAULT =
  /context|length|too_long|too_large|invalid|unsupported|unknown_param|content_filter|content_policy|moderation|policy|not_found|auth|permission|billing|insufficient_quota/i;

function describe(error: unknown): ProviderError {
  if (!isObject(error))
    return {
      message: (typeof error === 'string' ? error : safeJson(error)).slice(0, 2_000),
      again: true,
      status: 502,
      code: null,
    };
  const { message, code, type, status } = error;
  const number = [code, status, error.status_code].map(numberOf).find((value) => value >= 400 && value <= 599);
  const name = [code, type].find((value) => typeof value === 'string' && Number.isNaN(Number(value)));
  const again = number === undefined ? !CLIENTS_FAULT.test(String(name ?? '')) : isRetryable(number);
  return {
    message: (typeof message === 'string' && message !== '' ? message : safeJson(error)).slice(0, 2_000),
    again,
    status: number ?? (again ? 502 : 400),
    code: typeof name === 'string' ? name.slice(0, 100) : null,
  };
}

/** Only what is a number or the digits of one: an object would be asked for its own `valueOf`. */
function numberOf(value: unknown): number {
  return typeof value === 'number' || typeof value === 'string' ? Number(value) : Number.NaN;
}

function safeJson(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch {
    return 'an error that cannot be shown';
  }
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isPresent(value: unknown): boolean {
  return value !== null && value !== undefined && value !== false && value !== '';
}
