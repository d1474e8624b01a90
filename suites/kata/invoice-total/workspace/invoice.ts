export interface Line {
  /** Pieces, or kilograms. */
  amount: number;
  /** Price of one, in cents. */
  unitCents: number;
  discountPercent?: number;
}

export interface Total {
  net: number;
  discount: number;
  gross: number;
}

export function invoiceTotal(lines: readonly Line[]): Total {
  return { net: 0, discount: 0, gross: 0 };
}
