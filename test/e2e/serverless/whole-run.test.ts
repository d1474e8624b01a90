import { describe } from 'vitest';
import { wholeRun } from '../scenarios/whole-run.ts';

/** Children are so much better that one passes, whatever comes first. */
const SURE = { search: 'budget: 18, concurrency: 3, batch: 6', saved: false, spec: { skill: 0.1, luck: 1.6 } };

describe("in Actions, with an App's credentials", () => wholeRun({ way: 'app', ...SURE }));
describe("in Actions, with the workflow's own token", () => wholeRun({ way: 'token', ...SURE }));
