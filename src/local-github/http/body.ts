import type { IncomingMessage } from 'node:http';
import { Failure } from './failure.ts';

const MAX_BYTES = 100 * 1024 * 1024;

/** The request's JSON object, `undefined` where the body is empty. Throws GitHub's 400 for anything else. */
export async function readBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BYTES) throw new Failure(413, 'Request body is too large');
    chunks.push(chunk);
  }
  const text = Buffer.concat(chunks).toString('utf8');
  if (text.trim() === '') return undefined;
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    throw new Failure(400, 'Problems parsing JSON');
  }
  if (typeof body !== 'object' || body === null) throw new Failure(400, 'Body should be a JSON object');
  return body;
}
