/** Pull request bodies and comments stay under this many bytes (GitHub cuts at 65,536 characters). */
export const MAX_BODY_BYTES = 60_000;
/** A check run's `summary` and `text` hold this many bytes each. */
export const MAX_CHECK_BYTES = 65_535;

export function bytes(text: string): number {
  return new TextEncoder().encode(text).length;
}

/**
 * Sections joined by blank lines, leaving out the last `optional` ones that do not fit and saying so. `required` always
 * stays; `tail` (a marker) is kept last.
 */
export function fitBody(
  required: readonly string[],
  optional: readonly string[],
  tail: string,
  limit = MAX_BODY_BYTES,
): string {
  const note = '*Some details were left out: they would not fit here.*';
  const kept = [...optional];
  const whole = () =>
    [...required, ...kept, ...(kept.length < optional.length ? [note] : []), tail].filter(Boolean).join('\n\n');
  while (bytes(whole()) > limit && kept.length > 0) kept.pop();
  return whole();
}

/** A folded section. `title` is the bot's own words. */
export function details(title: string, body: string): string {
  return `<details><summary>${title}</summary>\n\n${body}\n\n</details>`;
}
