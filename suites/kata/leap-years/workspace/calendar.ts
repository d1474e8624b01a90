export function isLeap(year: number): boolean {
  throw new Error('not written yet');
}

export function daysInMonth(year: number, month: number): number {
  throw new Error('not written yet');
}

export function dayOfYear(year: number, month: number, day: number): number {
  throw new Error('not written yet');
}
