/** So many places after the point: what is shown needs no more, and a long document is shorter. */
export function rounded(value: number, places: number): number {
  const scale = 10 ** places;
  return Math.round(value * scale) / scale;
}
