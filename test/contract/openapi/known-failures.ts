/** Where GitHub's own descriptions and GitHub's behaviour part, with the reason this side was taken. */
export const KNOWN_FAILURES: readonly { readonly pattern: RegExp; readonly why: string }[] = [];
