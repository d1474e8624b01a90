import { matchesGlob } from './glob.ts';

/** Files a host or git itself gives a meaning that a variant must not decide, whatever folder they lie in. */
const RESERVED: Readonly<Record<string, string>> = {
  '.gitmodules': 'would add a submodule',
  '.gitattributes': 'would change what git checks out and what reviewers are shown',
  codeowners: 'decides who must review',
};

/** Why a path may not be changed by a variant, or `null` when it may. */
export function pathProblem(path: string, protect: readonly string[]): string | null {
  if (path === '' || path.length > 500) return 'is empty or longer than 500 characters';
  if (/\\|\p{Cc}/u.test(path)) return 'holds a backslash or a control character';
  if (path.startsWith('/') || /^[a-z]:/i.test(path)) return 'is absolute';
  const segments = path.split('/').map(canonical);
  if (segments.some((s) => s === '' || s === '.' || s === '..')) return 'leaves its folder';
  if (segments.some((s) => s === '.git' || s === 'git~1')) return "reaches into git's own folder";
  if (segments[0] === '.github' || segments[0] === 'github~1') return 'lies in .github, which is always protected';
  const reserved = RESERVED[segments.at(-1)!];
  if (reserved !== undefined) return reserved;
  const glob = protect.find((g) => matchesGlob(path, g) || matchesGlob(segments.join('/'), g));
  return glob === undefined ? null : `is protected by '${glob}'`;
}

/** A segment as the most forgiving file systems would read it: no case, no ignorable characters, no trailing dots. */
export function canonical(segment: string): string {
  const folded = segment
    .normalize('NFKC')
    .replace(/\p{Default_Ignorable_Code_Point}|\p{Cf}/gu, '')
    .toLowerCase();
  return folded === '.' || folded === '..' ? folded : folded.replace(/::?\$.*$/, '').replace(/[. ]+$/, '');
}
