/** An entry of a container's file system: a file, a folder or a link. Nothing else of one (devices, fifos, sockets) crosses its border. */
export interface SystemEntry {
  readonly type: 'file' | 'folder' | 'link';
  /** Permission bits, with those for set-user-id, set-group-id and sticky. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Of a file; else empty. */
  readonly content: Uint8Array;
  /** Of a file of the image that is gone or of another length now, and too long to be read for that: its content is left out. */
  readonly unread?: true;
  /** What a link says; else empty. */
  readonly target: string;
}

/** How one path differs from the image's: new, changed, or gone. */
export interface SystemChange {
  /** From the root, without a slash in front, without `.` or `..` segments. */
  readonly path: string;
  readonly before: SystemEntry | null;
  readonly after: SystemEntry | null;
  /** A folder that was removed and made again: nothing of what the image has in it is there, but what is listed. */
  readonly cleared?: true;
}

/** What a container's file system became. */
export interface SystemChanges {
  /** Each path once, folders before what lies in them. */
  readonly changes: readonly SystemChange[];
  /** Every path the image has. */
  readonly image: ReadonlySet<string>;
  /** New entries that no sandbox lets out, each in words; paths are untrusted text. */
  readonly skipped: readonly string[];
  /** Of a task of several steps: what it had become after each one before the last that was done. */
  readonly earlier?: readonly SystemChanges[];
}

export function isSameEntry(a: SystemEntry | null, b: SystemEntry | null): boolean {
  if (a === null || b === null) return a === b;
  return (
    a.type === b.type &&
    a.unread === b.unread &&
    a.mode === b.mode &&
    a.uid === b.uid &&
    a.gid === b.gid &&
    a.target === b.target &&
    Buffer.compare(a.content, b.content) === 0
  );
}
