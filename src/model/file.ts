/** A regular file of a workspace or a patch. Nothing else (links, devices, directories) ever crosses a sandbox's border. */
export interface FileEntry {
  /** Relative, `/`-separated, without `.` or `..` segments. */
  readonly path: string;
  readonly content: Uint8Array;
  readonly executable: boolean;
  /**
   * Where the entry is a symbolic link of a task's image: what it says. `content` is then a copy of the file in the workspace that
   * it leads to, or empty. Containers made of that image get the link, all else the copy.
   */
  readonly link?: string;
}

/** One changed file of a patch: `content` is null for a deletion. */
export interface FileChange {
  readonly path: string;
  /** Git's mode: nothing but regular files. */
  readonly mode: '100644' | '100755';
  /** UTF-8 text. Binary changes are refused. */
  readonly content: string | null;
}
