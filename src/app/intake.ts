import { createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** The largest payload GitHub sends. */
export const MAX_BODY_BYTES = 25 * 1024 * 1024;
/** Of all bodies that are being read at once: two of the largest, or thousands of ordinary ones. */
const MAX_HELD_BYTES = 2 * MAX_BODY_BYTES;
/** GitHub gives up after ten seconds. */
const BODY_MS = 10_000;
const SIGNATURE = /^sha256=([0-9a-f]{64})$/;

/** Why a request is not taken, as its status. */
export class Refused extends Error {
  readonly status: number;

  constructor(status: number, reason: string) {
    super(reason);
    this.status = status;
  }
}

/**
 * Reads the bodies of webhooks that are signed with the secret, and holds no more bytes at once than it may, whoever sends
 * them: what is too long, comes too slowly, or is not signed is refused as early as that shows.
 */
export class Intake {
  readonly #secret: string;
  #held = 0;

  constructor(secret: string) {
    this.#secret = secret;
  }

  /** `go` tells the sender, who may be waiting for it, to send. @throws Refused */
  async read(request: IncomingMessage, go: () => void): Promise<Buffer> {
    const signature = SIGNATURE.exec(String(request.headers['x-hub-signature-256'] ?? ''))?.[1];
    if (signature === undefined) throw new Refused(401, 'not signed');
    if (Number(request.headers['content-length'] ?? 0) > MAX_BODY_BYTES) throw new Refused(413, 'too long');
    go();
    const body = await this.#bytes(request);
    const expected = createHmac('sha256', this.#secret).update(body).digest();
    if (!timingSafeEqual(expected, Buffer.from(signature, 'hex'))) throw new Refused(401, 'not signed by GitHub');
    return body;
  }

  async #bytes(request: IncomingMessage): Promise<Buffer> {
    const chunks: Buffer[] = [];
    let size = 0;
    const slow = setTimeout(() => request.destroy(new Refused(408, 'too slow')), BODY_MS);
    try {
      // Left open when it is broken off, so that the refusal can still be sent.
      for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
        size += chunk.length;
        this.#held += chunk.length;
        if (size > MAX_BODY_BYTES) throw new Refused(413, 'too long');
        if (this.#held > MAX_HELD_BYTES) throw new Refused(503, 'too much at once');
        chunks.push(chunk);
      }
      return Buffer.concat(chunks, size);
    } finally {
      clearTimeout(slow);
      this.#held -= size;
    }
  }
}
