const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

export function isLeap(year: number): boolean {
  return year % 4 === 0 && year % 100 !== 0;
}

export function daysInMonth(year: number, month: number): number {
  const days = DAYS[month - 1];
  if (days === undefined) throw new RangeError(`no month ${month}`);
  return month === 2 && isLeap(year) ? 29 : days;
}

export function dayOfYear(year: number, month: number, day: number): number {
  if (!Number.isInteger(day) || day < 1 || day > daysInMonth(year, month)) throw new RangeError(`no day ${day}`);
  let sum = day;
  for (let before = 1; before < month; before += 1) sum += daysInMonth(year, before);
  return sum;
}
