import type { FileEntry } from '../../model/file.ts';
import type { RawChange } from './change.ts';
import { contaminationProblem, type Fingerprints } from './contamination.ts';
import { contentProblem, PATCH_LIMITS, textOf } from './content.ts';
import { dependencyProblem } from './dependencies.ts';
import { pathProblem } from './paths.ts';

/** What a patch is held against. */
export interface PatchRules {
  readonly protect: readonly string[];
  readonly allowDependencies: boolean;
  readonly fingerprints: Fingerprints;
}

/** One reason a patch is refused. `path` is untrusted text, `null` where the patch as a whole is meant. */
export interface Violation {
  readonly path: string | null;
  readonly problem: string;
}

/**
 * Every reason to refuse a patch to the parent's tree; empty when it may become a variant. Pure: the worker uses it on what
 * came out of the sandbox, the app on what came back from the worker.
 */
export function validatePatch(
  changes: readonly RawChange[],
  parent: readonly FileEntry[],
  rules: PatchRules,
): readonly Violation[] {
  const violations: Violation[] = [];
  const refuse = (path: string | null, problem: string | null) => {
    if (problem !== null) violations.push({ path, problem });
  };
  if (changes.length === 0) refuse(null, 'changes nothing');
  if (changes.length > PATCH_LIMITS.files)
    refuse(null, `changes ${changes.length} files, more than ${PATCH_LIMITS.files}`);
  const bytes = changes.reduce((sum, change) => sum + (change.content?.byteLength ?? 0), 0);
  if (bytes > PATCH_LIMITS.totalBytes) refuse(null, `holds ${bytes} bytes, more than ${PATCH_LIMITS.totalBytes}`);
  if (violations.length > 0) return violations;

  const before = new Map(parent.map((file) => [file.path, file.content]));
  const parentText = parent.map((file) => textOf(file.content) ?? '').join('\n');
  const seen = new Set<string>();
  for (const { path, mode, content } of changes) {
    const name = path.normalize('NFC').toLowerCase();
    if (seen.has(name)) refuse(path, 'is named twice');
    seen.add(name);
    refuse(path, modeProblem(mode) ?? pathProblem(path, rules.protect));
    if (content === null && !before.has(path)) refuse(path, 'is deleted but does not exist');
    const contentIssue = content === null ? null : contentProblem(content);
    refuse(path, contentIssue);
    const old = before.get(path);
    const after = content === null || contentIssue !== null ? null : textOf(content);
    refuse(path, dependencyProblem(path, old ? textOf(old) : null, after, rules.allowDependencies));
    if (after !== null) refuse(path, contaminationProblem(`${path}\n${after}`, parentText, rules.fingerprints));
  }
  for (const problem of folderClashes(changes, before)) violations.push(problem);
  return violations;
}

/** One line for people: the first few violations. */
export function describeViolations(violations: readonly Violation[]): string {
  const shown = violations
    .slice(0, 5)
    .map(({ path, problem }) => (path === null ? `the patch ${problem}` : `${path} ${problem}`));
  const more = violations.length - shown.length;
  return shown.join('; ') + (more > 0 ? `; and ${more} more` : '');
}

function modeProblem(mode: string): string | null {
  if (mode === '100644' || mode === '100755') return null;
  if (mode === '120000') return 'is a symbolic link';
  return mode === '160000' ? 'is a submodule' : 'is not a regular file';
}

/** A path that would have to be a file and a folder at once. */
function folderClashes(changes: readonly RawChange[], before: ReadonlyMap<string, Uint8Array>): Violation[] {
  const files = new Set(before.keys());
  for (const { path, content } of changes) {
    if (content === null) files.delete(path);
    else files.add(path);
  }
  return changes.flatMap(({ path, content }) => {
    if (content === null) return [];
    const folders = path
      .split('/')
      .slice(0, -1)
      .map((_, i, all) => all.slice(0, i + 1).join('/'));
    return folders.some((folder) => files.has(folder)) ? [{ path, problem: 'lies in a folder that is a file' }] : [];
  });
}
