import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import { z } from 'zod';

const headerSchema = z.strictObject({
  v: z.literal(1),
  /** GitHub's number of the repository. */
  repository: z.int().positive(),
  /** GitHub's number of the App that the controller acted as: what is on GitHub is recognized by it. */
  app: z.int().positive(),
  /** 1 for the first state, then one more each time it is saved. */
  seq: z.int().positive(),
  /** The workflow run that saved it: its id, and its number among the runs of its workflow. */
  run: z.int().positive(),
  number: z.int().positive(),
  /** The last one of its tick, which has done all it wanted to. */
  final: z.boolean(),
});

/** What a state is of. It can be read by anybody, and changed by nobody without the key. */
export type StateHeader = z.infer<typeof headerSchema>;

/** The journal of a controller in Actions: a SQLite file. */
export interface State {
  readonly header: StateHeader;
  readonly database: Buffer;
}

const MAGIC = Buffer.from('huxley-state-1\n');
const IV_BYTES = 12;
const TAG_BYTES = 16;
const CIPHER = 'aes-256-gcm';

/** More than any journal takes: what unpacks to more is none. */
const MAX_DATABASE_BYTES = 1_000_000_000;

/** Seals a state by AES-256-GCM (NIST SP 800-38D) with a random IV of 96 bits; everything before the ciphertext is authenticated. */
export function sealState(key: Buffer, { header, database }: State): Buffer {
  const text = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(4);
  length.writeUInt32BE(text.length);
  const iv = randomBytes(IV_BYTES);
  const front = Buffer.concat([MAGIC, length, text]);
  const cipher = createCipheriv(CIPHER, key, iv).setAAD(front);
  const sealed = Buffer.concat([cipher.update(gzipSync(database)), cipher.final()]);
  return Buffer.concat([front, iv, sealed, cipher.getAuthTag()]);
}

/** The state in these bytes; null where the key did not seal them exactly so. */
export function openState(key: Buffer, bytes: Buffer): State | null {
  const at = MAGIC.length + 4;
  if (bytes.length < at || !bytes.subarray(0, MAGIC.length).equals(MAGIC)) return null;
  const end = at + bytes.readUInt32BE(MAGIC.length);
  if (bytes.length < end + IV_BYTES + TAG_BYTES) return null;
  const iv = bytes.subarray(end, end + IV_BYTES);
  const decipher = createDecipheriv(CIPHER, key, iv, { authTagLength: TAG_BYTES })
    .setAAD(bytes.subarray(0, end))
    .setAuthTag(bytes.subarray(-TAG_BYTES));
  const packed = decipher.update(bytes.subarray(end + IV_BYTES, -TAG_BYTES));
  try {
    decipher.final();
  } catch {
    return null;
  }
  // It is ours from here on.
  const header = headerSchema.parse(JSON.parse(bytes.subarray(at, end).toString()));
  return { header, database: gunzipSync(packed, { maxOutputLength: MAX_DATABASE_BYTES }) };
}
