import { createHash } from 'node:crypto';
import sodium from 'libsodium-wrappers';

/** The key that secrets are sealed for on their way to this server; another after a restart, since clients ask for it each time. */
export class SecretBox {
  #pair: Promise<{ readonly publicKey: Uint8Array; readonly privateKey: Uint8Array; readonly id: string }> | undefined;

  async publicKey(): Promise<{ readonly key_id: string; readonly key: string }> {
    const { id, publicKey } = await this.#keys();
    return { key_id: id, key: Buffer.from(publicKey).toString('base64') };
  }

  /** What was sealed, in base64; null where it was not, or for another key. */
  async open(sealed: string, id: string): Promise<string | null> {
    const keys = await this.#keys();
    if (id !== keys.id) return null;
    try {
      return sodium.crypto_box_seal_open(Buffer.from(sealed, 'base64'), keys.publicKey, keys.privateKey, 'text');
    } catch {
      return null;
    }
  }

  #keys() {
    this.#pair ??= sodium.ready.then(() => {
      const { publicKey, privateKey } = sodium.crypto_box_keypair();
      const digest = createHash('sha256').update(publicKey).digest();
      return { publicKey, privateKey, id: String(digest.readUIntBE(0, 6)) };
    });
    return this.#pair;
  }
}
