import { createPrivateKey, createPublicKey, hkdfSync, type KeyObject, sign } from 'node:crypto';
import { CONTRACT_VERSION } from '../contract/contract.ts';
import { commandLine } from '../model/command-line.ts';
import { HuxleyError } from '../model/error.ts';
import { digestOf, type SealedOrder } from './seal.ts';

/** Separates this key from whatever else may ever be derived from the same secret. Changing it changes every App's key. */
const INFO = 'huxley: Ed25519 key that signs orders, version 1';
/** DER of an Ed25519 private key up to its 32 bytes (RFC 8410). */
const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');

/** Signs what an App orders. */
export interface OrderSigner {
  /** `ed25519:` and the key, as `app.publicKeys` in `.github/huxley.yml` names it. */
  readonly publicKey: string;
  seal(text: string): SealedOrder;
}

/**
 * The signer of an App. Its key is derived from the App's private key by HKDF-SHA256, so that replicas agree without another
 * secret. `privateKey` is PEM, PKCS #1 or #8: the key is the same. It may be a function, called when it is first needed.
 */
export function orderSigner(privateKey: string | (() => string)): OrderSigner {
  return signerOf(() => secretOf(typeof privateKey === 'string' ? privateKey : privateKey()));
}

/**
 * The signer where no App is, e.g. of `HUXLEY_KEY` of a repository that runs Huxley in Actions alone: derived from 32 random
 * bytes in base64url.
 * @throws HuxleyError `order.secret` where it is anything else, without a word of it
 */
export function secretSigner(secret: string): OrderSigner {
  if (!/^[A-Za-z0-9_-]{43}$/.test(secret))
    throw new HuxleyError(
      'order.secret',
      'HUXLEY_KEY is not 32 bytes in base64url',
      `Make one with ${commandLine('key --new')}.`,
    );
  return signerOf(() => Buffer.from(secret, 'base64url'));
}

function signerOf(secret: () => Buffer): OrderSigner {
  let known: { readonly key: KeyObject; readonly publicKey: string } | undefined;
  const keys = () => {
    known ??= derive(secret());
    return known;
  };
  return {
    get publicKey() {
      return keys().publicKey;
    },
    seal(text) {
      const signature = sign(null, Buffer.from(text), keys().key).toString('base64url');
      return { v: CONTRACT_VERSION, order: text, digest: digestOf(text), signature };
    },
  };
}

function derive(secret: Buffer) {
  const seed = Buffer.from(hkdfSync('sha256', secret, new Uint8Array(), INFO, 32));
  const key = createPrivateKey({ key: Buffer.concat([PKCS8_PREFIX, seed]), format: 'der', type: 'pkcs8' });
  const { x } = createPublicKey(key).export({ format: 'jwk' });
  return { key, publicKey: `ed25519:${x}` };
}

/** The same bytes for the same key, however its PEM is written. */
function secretOf(pem: string): Buffer {
  try {
    return createPrivateKey(pem).export({ format: 'der', type: 'pkcs8' });
  } catch (cause) {
    throw new HuxleyError('order.private-key', 'The private key of the App cannot be read', 'Give it as PEM.', {
      cause,
    });
  }
}
