/** Money is counted in whole nano-dollars, so that sums are exact: 9 million dollars fit a double's integers. */
export type NanoUSD = number;

const NANO = 1e9;

/** Rounded down: a limit is never widened by rounding. */
export function limitFromUSD(usd: number): NanoUSD {
  return Number.isFinite(usd) ? Math.floor(usd * NANO + 1e-6) : usd;
}

export function toUSD(amount: NanoUSD): number {
  return amount / NANO;
}
