import { Readable } from 'node:stream';
import { pack } from 'tar-stream';
import type { SystemChange } from '../../model/system/change.ts';

/** A tar of what is new or changed, as the engine lays it over a container's file system. */
export function packSystem(changes: readonly SystemChange[]): Readable {
  const tar = pack();
  const write = async () => {
    for (const { path, after } of changes) {
      if (after === null) continue;
      const { type, mode, uid, gid, content, target } = after;
      const header = { name: path, mode, uid, gid };
      await new Promise<void>((resolve, reject) => {
        const done = (error?: Error | null) => (error ? reject(error) : resolve());
        if (type === 'folder') tar.entry({ ...header, type: 'directory' }, done);
        else if (type === 'link') tar.entry({ ...header, type: 'symlink', linkname: target }, done);
        else tar.entry(header, Buffer.from(content), done);
      });
    }
    tar.finalize();
  };
  write().catch((error) => tar.destroy(error));
  return Readable.from(tar, { objectMode: false });
}
