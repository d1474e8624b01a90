export interface Parcel {
  grams: number;
  /** Longest side first or not, in millimetres. */
  sides: [number, number, number];
  zone: 'home' | 'union' | 'world';
}

export function postage(parcel: Parcel): number {
  return parcel.grams <= 1000 ? 450 : 700;
}
