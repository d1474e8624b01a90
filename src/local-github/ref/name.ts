import { unprocessable } from '../http/failure.ts';

/** Git's rules for a ref's name (git-check-ref-format), below `refs/heads/` or `refs/tags/`. */
export function checkRefName(ref: string): void {
  const bad = [/\.\./, /[\p{Cc} ~^:?*[\\]/u, /@\{/, /\/\//, /\/$/, /\.$/, /\.lock(\/|$)/, /(^|\/)\./];
  if (!/^refs\/(heads|tags)\/./.test(ref) || bad.some((pattern) => pattern.test(ref)))
    throw unprocessable(`${ref} is not a valid ref name.`);
}
