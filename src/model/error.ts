/**
 * An error a person can act on: what is wrong and where (`message`), and what to do about it (`remedy`).
 * `code` is stable and machine-readable.
 */
export class HuxleyError extends Error {
  override readonly name = 'HuxleyError';
  readonly code: string;
  readonly remedy: string;

  constructor(code: string, message: string, remedy: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.remedy = remedy;
  }

  /** Message and remedy, as sentences. */
  get inFull(): string {
    return `${sentence(this.message)} ${this.remedy}`;
  }
}

/** A text that ends as sentences do: with one full stop, unless it has its own end. */
export function sentence(text: string): string {
  const trimmed = text.trimEnd();
  return trimmed === '' || /[.!?…][\p{Pe}\p{Pf}"'`]*$/u.test(trimmed) ? trimmed : `${trimmed}.`;
}

/** The text of anything thrown, without its stack. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
