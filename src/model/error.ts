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
}

/** The text of anything thrown, without its stack. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
