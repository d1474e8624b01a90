import { describe } from 'vitest';
import { wholeRun } from './scenarios/whole-run.ts';

const search = 'budget: 60, concurrency: 1, batch: 5';
const SAVING = { writeLimits: { perMinute: 1e6, perHour: 1e6, frugalFrom: 0 }, options: { frugalSeconds: 0.5 } };

/** Every write alone, as always; and what goes together in one request while an account has few writes left. */
describe('each write alone', () => wholeRun({ way: 'server', search, saved: false }));
describe('writes saved', () => wholeRun({ way: 'server', search, saved: true, spec: SAVING }));
