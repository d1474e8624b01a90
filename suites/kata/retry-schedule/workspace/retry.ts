export interface Settings {
  baseMs: number;
  factor: number;
  capMs: number;
  maxAttempts: number;
}

export type Outcome = { type: 'ok' } | { type: 'network' } | { type: 'http'; status: number; retryAfter?: string };

export function nextDelay(attempt: number, outcome: Outcome, settings: Settings): number | null {
  return null;
}
