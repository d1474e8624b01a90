export interface Settings {
  baseMs: number;
  factor: number;
  capMs: number;
  maxAttempts: number;
}

export type Outcome = { type: 'ok' } | { type: 'network' } | { type: 'http'; status: number; retryAfter?: string };

function worthIt(status: number): boolean {
  return status === 408 || status === 429 || (status >= 500 && status <= 599 && status !== 501);
}

export function nextDelay(attempt: number, outcome: Outcome, settings: Settings): number | null {
  const { baseMs, factor, capMs, maxAttempts } = settings;
  if (!Number.isInteger(attempt) || attempt < 1) throw new RangeError(`no attempt ${attempt}`);
  if (!(baseMs >= 0 && capMs >= 0 && factor >= 1 && maxAttempts >= 1)) throw new RangeError('settings make no sense');
  if (outcome.type === 'ok' || attempt >= maxAttempts) return null;
  const wait = baseMs === 0 ? 0 : Math.floor(Math.min(capMs, baseMs * factor ** (attempt - 1)));
  if (outcome.type === 'network') return wait;
  if (!worthIt(outcome.status)) return null;
  const seconds = Number(outcome.retryAfter);
  return seconds > 0 ? Math.min(capMs, seconds * 1000) : wait;
}
