/** What a log says of a test, in SWE-bench's words. */
export type Status = 'PASSED' | 'FAILED' | 'SKIPPED' | 'ERROR' | 'XFAIL';
export const STATUSES: readonly Status[] = ['FAILED', 'PASSED', 'SKIPPED', 'ERROR', 'XFAIL'];

/** Test id to status; the last mention of a test counts. */
export type StatusMap = ReadonlyMap<string, Status>;

export type LogParser = (log: string) => StatusMap;
