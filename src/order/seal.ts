import { createHash, createPublicKey, verify } from 'node:crypto';
import { z } from 'zod';
import { CONTRACT_VERSION, digestSchema, type IssuedOrder, orderSchema } from '../contract/contract.ts';
import { commandLine } from '../model/command-line.ts';
import { HuxleyError } from '../model/error.ts';

const sealedSchema = z.strictObject({
  v: z.literal(CONTRACT_VERSION),
  /** The order's JSON: these very bytes are signed. */
  order: z.string().max(65_535),
  digest: digestSchema,
  signature: z.string().regex(/^[A-Za-z0-9_-]{86}$/, 'an Ed25519 signature in base64url'),
});

/** An order as the input of a workflow run: the signed text, its digest for the run's name, and the signature. */
export type SealedOrder = z.infer<typeof sealedSchema>;

export interface OpenedOrder {
  readonly order: IssuedOrder;
  readonly digest: string;
}

export function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/**
 * The order in a workflow run's input, if one of the keys signed it to the letter.
 * @throws HuxleyError `order.broken`, `order.no-key`, `order.signature`; nothing of an order that is refused is acted on
 */
export function openOrder(input: string, publicKeys: readonly string[]): OpenedOrder {
  const sealed = parse(sealedSchema, input, 'The order');
  if (publicKeys.length === 0)
    throw new HuxleyError(
      'order.no-key',
      'Nobody may order work here: .github/huxley.yml on the default branch names no key of an App',
      `Add \`app: { publicKeys: [...] }\` with the key that \`/huxley run\` answers with, or that ${commandLine('key')} prints.`,
    );
  if (!publicKeys.some((key) => signedBy(key, sealed)))
    throw new HuxleyError(
      'order.signature',
      'The order is not signed by a key that .github/huxley.yml names on the default branch',
      `Only the App can order work. If the App has another key now, add it to \`app.publicKeys\` (${commandLine('key')} prints it).`,
    );
  const digest = digestOf(sealed.order);
  if (digest !== sealed.digest) throw broken('The order', "its digest is another order's");
  return { order: parse(orderSchema, sealed.order, 'The signed order'), digest };
}

function signedBy(publicKey: string, { order, signature }: SealedOrder): boolean {
  const x = publicKey.slice('ed25519:'.length);
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
  return verify(null, Buffer.from(order), key, Buffer.from(signature, 'base64url'));
}

function parse<T>(schema: z.ZodType<T>, text: string, what: string): T {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw broken(what, 'it is not JSON', cause);
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const version = (json as { readonly v?: unknown } | null)?.v;
  if (typeof version === 'number' && version !== CONTRACT_VERSION)
    throw broken(what, `it is of version ${version}, and this worker of version ${CONTRACT_VERSION}`, parsed.error);
  throw broken(what, z.prettifyError(parsed.error).replace(/\s+/g, ' ').slice(0, 500), parsed.error);
}

function broken(what: string, why: string, cause?: unknown): HuxleyError {
  return new HuxleyError(
    'order.broken',
    `${what} breaks the contract: ${why}`,
    'Use the action, the workflow and the App of one version of Huxley.',
    { cause },
  );
}
