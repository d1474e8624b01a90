const UNITS: [number, string][] = [[86400, 'd'], [3600, 'h'], [60, 'min'], [1, 's']];

export function formatDuration(seconds: number): string {
  if (!(seconds >= 0)) throw new RangeError(`no duration: ${seconds}`);
  let rest = Math.floor(seconds);
  const first = UNITS.findIndex(([size]) => rest >= size);
  if (first < 0) return '0 s';
  const parts: string[] = [];
  for (const [size, name] of UNITS) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) parts.push(`${count} ${name}`);
  }
  return parts.slice(0, 2).join(' ');
}
