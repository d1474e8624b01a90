/** A commit as `git log` says it. */
export interface Commit {
  readonly sha: string;
  readonly parents: readonly string[];
  /** When it was committed, in ISO 8601. */
  readonly date: string;
  readonly subject: string;
  readonly body: string;
}

/** What a commit makes of one path; `null` where there is nothing. */
export interface Change {
  readonly path: string;
  readonly before: Blob | null;
  readonly after: Blob | null;
}

export interface Blob {
  /** Git's, e.g. `100644`, `120000` for a symbolic link, `160000` for a submodule. */
  readonly mode: string;
  readonly id: string;
}

export interface TreeEntry extends Blob {
  readonly path: string;
  /** Bytes; null for a submodule. */
  readonly size: number | null;
}

export const LOG_FORMAT = '%H%n%P%n%cI%n%B';

/** What `git log -z` with `LOG_FORMAT` printed. */
export function parseLog(text: string): readonly Commit[] {
  return text.split('\0').flatMap((entry) => {
    const [sha = '', parents = '', date = '', subject = '', ...body] = entry.split('\n');
    if (!/^[0-9a-f]{40,64}$/.test(sha)) return [];
    return [{ sha, parents: parents.split(' ').filter(Boolean), date, subject, body: body.join('\n').trim() }];
  });
}

/** What `git diff-tree -r -z --raw --no-renames` printed. */
export function parseChanges(text: string): readonly Change[] {
  const [fields, changes] = [text.split('\0'), [] as Change[]];
  for (let at = 0; at + 1 < fields.length; at += 2) {
    const [from, to, old, now] = fields[at]!.replace(/^:/, '').split(' ');
    const blob = (mode: string, id: string) => (/^0+$/.test(mode) ? null : { mode, id });
    changes.push({ path: fields[at + 1]!, before: blob(from!, old!), after: blob(to!, now!) });
  }
  return changes;
}

/** What `git ls-tree -r -z -l` printed. */
export function parseTree(text: string): readonly TreeEntry[] {
  return text.split('\0').flatMap((line) => {
    const match = /^(\d+) \w+ ([0-9a-f]+) +(\d+|-)\t([\s\S]+)$/.exec(line);
    if (match === null) return [];
    const [, mode, id, size, path] = match as unknown as [string, string, string, string, string];
    return [{ mode, id, size: size === '-' ? null : Number(size), path }];
  });
}

/** A merge that only brings a branch up to date: what it changes was committed, and is looked at, elsewhere. */
export function isCatchingUp({ parents, subject }: Commit): boolean {
  return (
    parents.length > 1 &&
    /^Merge (?:remote-tracking )?branch(?:es)? (?:'[^']*'(?:,| and)? ?)*(?:of \S|'(?:\w+\/)?(?:main|master|trunk|develop)')|^Merge (?:remote-tracking )?branch '(?:\w+\/)?(?:main|master|trunk|develop)'/.test(
      subject,
    )
  );
}

/** The pull request that a commit says it is: by GitHub's merges, or by the number at the end of a squashed one's subject. */
export function pullRequestOf({ subject }: Commit): number | null {
  const [, number] = /^Merge pull request #(\d{1,9}) from |\(#(\d{1,9})\)$/.exec(subject)?.filter(Boolean) ?? [];
  return number === undefined ? null : Number(number);
}
