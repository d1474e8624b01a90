import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, sep } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { extract } from 'tar-stream';
import { z } from 'zod';
import { messageOf } from '../../../../model/error.ts';
import type { Answer } from '../facts.ts';
import type { Reader } from './reader.ts';

/** Bytes of files, unpacked, that are looked at. */
const MOST_BYTES = 512 * 1024 ** 2;

/** Files of the default branch in a folder of their own, which is removed in the end. */
export interface Fetched extends AsyncDisposable {
  readonly folder: string;
}

/** Fetches the files of a branch over the API. Links and whatever else is no plain file are left out. */
export async function fetchFiles(reader: Reader, branch: string): Promise<Answer<Fetched>> {
  const needs = 'Contents: read';
  const archive = await reader.ask('GET /repos/{owner}/{repo}/tarball/{ref}', {
    answer: z.instanceof(ArrayBuffer),
    needs,
    parameters: { ref: branch },
  });
  if (!archive.known) return archive;
  const folder = await mkdtemp(join(tmpdir(), 'huxley-doctor-'));
  const dispose = () => rm(folder, { recursive: true, force: true });
  try {
    await unpack(Buffer.from(archive.value), folder);
    return { known: true, value: { folder, [Symbol.asyncDispose]: dispose } };
  } catch (error) {
    await dispose();
    return {
      known: false,
      status: null,
      why: `the files of ${branch} cannot be unpacked (${messageOf(error)})`,
      needs,
    };
  }
}

async function unpack(archive: Buffer, folder: string): Promise<void> {
  const entries = extract();
  const reading = pipeline(Readable.from([archive]), createGunzip(), entries);
  // It fails where the loop below does, which tells why.
  reading.catch(() => {});
  let bytes = 0;
  for await (const entry of entries) {
    const { name, type, size = 0 } = entry.header;
    // GitHub puts everything below one folder.
    const path = join(folder, name.split('/').slice(1).join('/'));
    if (type !== 'file' || !path.startsWith(folder + sep)) {
      entry.resume();
      continue;
    }
    bytes += size;
    if (bytes > MOST_BYTES) throw new Error(`they are more than ${MOST_BYTES / 1024 ** 2} MB`);
    await mkdir(dirname(path), { recursive: true });
    await pipeline(entry, createWriteStream(path));
  }
  await reading;
}
