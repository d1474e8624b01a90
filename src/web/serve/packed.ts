import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';

/** A text as it is sent, with a name for this very text. */
export interface Packed {
  readonly gzipped: Buffer;
  readonly etag: string;
}

const zipped = promisify(gzip);

export async function packed(text: string): Promise<Packed> {
  const etag = `"${createHash('sha256').update(text).digest('base64url').slice(0, 27)}"`;
  return { gzipped: await zipped(text, { level: 5 }), etag };
}
