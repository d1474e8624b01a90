/** The Roman numeral of a whole number from 1 to 3999. */
export function toRoman(value: number): string {
  throw new Error('not written yet');
}
