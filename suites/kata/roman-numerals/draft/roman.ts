const PARTS: [number, string][] = [
  [1000, 'M'], [500, 'D'], [100, 'C'], [90, 'XC'], [50, 'L'], [40, 'XL'],
  [10, 'X'], [9, 'IX'], [5, 'V'], [4, 'IV'], [1, 'I'],
];

/** The Roman numeral of a whole number from 1 to 3999. */
export function toRoman(value: number): string {
  if (!Number.isInteger(value) || value < 1 || value > 3999) throw new RangeError(`no Roman numeral for ${value}`);
  let rest = value;
  let text = '';
  for (const [size, letters] of PARTS) {
    while (rest >= size) {
      text += letters;
      rest -= size;
    }
  }
  return text;
}
