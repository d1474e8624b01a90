import { inflateRawSync } from 'node:zlib';
import { HuxleyError } from '../model/error.ts';

const END = 0x06054b50;
const CENTRAL = 0x02014b50;
const LOCAL = 0x04034b50;

/**
 * One file out of a zip that nobody vouches for: no more than `maxBytes` are ever unpacked, whatever its headers claim.
 * Stored and deflated files only, no zip64 (.ZIP File Format Specification 6.3.10, sections 4.3.7, 4.3.12 and 4.3.16).
 * @throws HuxleyError `artifact.damaged`, `artifact.missing` or `artifact.large`
 */
export function unzipFile(zip: Buffer, name: string, maxBytes: number): Buffer {
  try {
    for (let at = centralDirectory(zip); zip.readUInt32LE(at) === CENTRAL; ) {
      const nameLength = zip.readUInt16LE(at + 28);
      if (zip.toString('utf8', at + 46, at + 46 + nameLength) === name) return unpack(zip, at, maxBytes);
      at += 46 + nameLength + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
    }
  } catch (error) {
    if (error instanceof HuxleyError) throw error;
    if ((error as { code?: unknown }).code === 'ERR_BUFFER_TOO_LARGE') throw large(name, maxBytes);
    throw damaged(error);
  }
  throw new HuxleyError(
    'artifact.missing',
    `The artifact does not contain ${name}.`,
    'Look at the log of the workflow run.',
  );
}

function centralDirectory(zip: Buffer): number {
  for (let at = zip.length - 22; at >= Math.max(0, zip.length - 22 - 65_535); at--)
    if (zip.readUInt32LE(at) === END) return zip.readUInt32LE(at + 16);
  throw damaged(new Error('no end of central directory'));
}

function unpack(zip: Buffer, entry: number, maxBytes: number): Buffer {
  const method = zip.readUInt16LE(entry + 10);
  const size = zip.readUInt32LE(entry + 20);
  const local = zip.readUInt32LE(entry + 42);
  if (zip.readUInt32LE(local) !== LOCAL) throw damaged(new Error('no local header'));
  const start = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
  if (start + size > zip.length) throw damaged(new Error('cut short'));
  const packed = zip.subarray(start, start + size);
  if (method === 8) return inflateRawSync(packed, { maxOutputLength: maxBytes });
  if (method !== 0) throw damaged(new Error(`compression method ${method}`));
  if (packed.length > maxBytes) throw large('a file', maxBytes);
  return packed;
}

function damaged(cause: unknown): HuxleyError {
  return new HuxleyError('artifact.damaged', 'The artifact can’t be read as a zip.', 'Run the job again.', {
    cause,
  });
}

function large(name: string, maxBytes: number): HuxleyError {
  return new HuxleyError(
    'artifact.large',
    `${name} is over ${maxBytes} bytes.`,
    'Put fewer tasks into a job (`search.batch`).',
  );
}
