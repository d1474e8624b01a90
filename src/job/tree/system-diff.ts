import type { FileEntry } from '../../model/file.ts';
import type { SystemChange, SystemChanges, SystemEntry } from '../../model/system/change.ts';
import { unifiedDiff } from './unified-diff.ts';

/** Of a file that is shown with what changed in it. */
const MOST_BYTES = 256 * 1024;
const MOST_FILES = 500;

/** What a container's file system became, for people and for a diagnosis: its changed files as git shows them, without git's own. */
export async function systemDiff({ changes }: SystemChanges): Promise<string> {
  const shown = changes
    .filter(({ path, before, after }) => !/(^|\/)\.git(\/|$)/.test(path) && isShown(before) && isShown(after))
    .slice(0, MOST_FILES);
  return await unifiedDiff(filesOf(shown, 'before'), filesOf(shown, 'after'));
}

function isShown(entry: SystemEntry | null): boolean {
  return entry === null || (entry.type === 'file' && !entry.unread && entry.content.byteLength <= MOST_BYTES);
}

function filesOf(changes: readonly SystemChange[], side: 'before' | 'after'): FileEntry[] {
  return changes.flatMap((change) => {
    const entry = change[side];
    return entry === null
      ? []
      : [{ path: change.path, content: entry.content, executable: (entry.mode & 0o100) !== 0 }];
  });
}
