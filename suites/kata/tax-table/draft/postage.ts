export interface Parcel {
  grams: number;
  /** Longest side first or not, in millimetres. */
  sides: [number, number, number];
  zone: 'home' | 'union' | 'world';
}

const PRICES = {
  home: [390, 520, 690, 1150],
  union: [890, 1240, 1790, 2800],
  world: [1450, 2100, 3900],
};
const STEPS = [500, 2000, 5000, 20000];

export function postage(parcel: Parcel): number {
  const step = STEPS.findIndex((grams) => parcel.grams <= grams);
  const price = PRICES[parcel.zone][step];
  if (price === undefined) throw new Error('not accepted');
  return price;
}
