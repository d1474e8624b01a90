export interface Parcel {
  grams: number;
  /** Longest side first or not, in millimetres. */
  sides: [number, number, number];
  zone: 'home' | 'union' | 'world';
}

const PRICES: [number, Partial<Record<Parcel['zone'], number>>][] = [
  [500, { home: 390, union: 890, world: 1450 }],
  [2000, { home: 520, union: 1240, world: 2100 }],
  [5000, { home: 690, union: 1790, world: 3900 }],
  [20000, { home: 1150, union: 2800 }],
];

export function postage(parcel: Parcel): number {
  const [a, b, c] = parcel.sides;
  const longest = Math.max(a, b, c);
  const weight = Math.max(parcel.grams, (a * b * c) / 1000 / 6);
  const price = PRICES.find(([grams]) => weight <= grams)?.[1][parcel.zone];
  if (price === undefined || longest > 2000 || !(parcel.grams > 0)) throw new Error('not accepted');
  return longest > 1200 ? Math.ceil((price * 1.5) / 10) * 10 : price;
}
