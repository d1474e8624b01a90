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

/** Half to even; products are freed of floating point dust first. */
function roundCents(value: number): number {
  const clean = Math.round(value * 1e6) / 1e6;
  const floor = Math.floor(clean);
  if (clean - floor !== 0.5) return Math.round(clean);
  return floor % 2 === 0 ? floor : floor + 1;
}

export function invoiceTotal(lines: readonly Line[]): Total {
  let net = 0;
  let discount = 0;
  for (const [i, line] of lines.entries()) {
    const percent = line.discountPercent ?? 0;
    if (line.amount < 0 || line.unitCents < 0 || percent < 0 || percent > 100)
      throw new RangeError(`line ${i + 1} is out of range`);
    const price = roundCents(line.amount * line.unitCents);
    const off = roundCents((price * percent) / 100);
    net += price - off;
    discount += off;
  }
  return { net, discount, gross: net + roundCents(net * 0.2) };
}
