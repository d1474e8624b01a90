import type { IncomingMessage } from 'node:http';
import { abandoned, Refusal } from './refusal.ts';

/** Bytes a request says it has; all it may have where it does not say. */
export function announcedBytes(request: IncomingMessage, limit: number): number {
  const length = Number(request.headers['content-length']);
  return Number.isSafeInteger(length) && length >= 0 ? length : limit;
}

/**
 * A request's body. Throws `gateway.oversize` over the limit and `gateway.slow-request` when it is not there in time; the rest
 * of such a body is left to `drain`.
 */
export async function readBody(request: IncomingMessage, limit: number, seconds: number): Promise<string> {
  if (announcedBytes(request, 0) > limit) throw tooLong(limit);
  if (request.destroyed) throw abandoned();
  const chunks: Buffer[] = [];
  let size = 0;
  await new Promise<void>((done, failed) => {
    const timer = setTimeout(() => end(slow(seconds)), seconds * 1000);
    const take = (chunk: Buffer) => {
      size += chunk.length;
      if (size > limit) end(tooLong(limit));
      else chunks.push(chunk);
    };
    const whole = () => end();
    const gone = () => end(abandoned());
    function end(error?: Refusal): void {
      clearTimeout(timer);
      request.off('data', take).off('end', whole).off('error', gone).off('close', gone).pause();
      if (error) failed(error);
      else done();
    }
    request.on('data', take).on('end', whole).on('error', gone).on('close', gone);
  });
  return Buffer.concat(chunks).toString('utf8');
}

/**
 * Reads what is left of a request and keeps nothing of it, so that its client comes to read the answer, and the connection can
 * be used again. False when there was too much of it, or it did not come in time: the connection then has to be closed.
 */
export async function drain(request: IncomingMessage, bytes: number, seconds: number): Promise<boolean> {
  if (request.complete && request.readableLength === 0) return true;
  let size = 0;
  return await new Promise<boolean>((done) => {
    const timer = setTimeout(() => end(false), seconds * 1000);
    const skip = (chunk: Buffer) => {
      size += chunk.length;
      if (size > bytes) end(false);
    };
    const whole = () => end(true);
    const gone = () => end(false);
    function end(all: boolean): void {
      clearTimeout(timer);
      request.off('data', skip).off('end', whole).off('close', gone).off('error', gone);
      request.on('error', () => undefined);
      done(all);
    }
    request.on('data', skip).on('end', whole).on('close', gone).on('error', gone).resume();
  });
}

function tooLong(limit: number): Refusal {
  return new Refusal(413, 'gateway.oversize', `the request is over ${limit} bytes`, 'Send a shorter conversation.');
}

function slow(seconds: number): Refusal {
  const remedy = 'Send the whole request at once.';
  return new Refusal(408, 'gateway.slow-request', `the request was not there in ${seconds} seconds`, remedy);
}
