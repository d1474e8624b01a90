import sodium from 'libsodium-wrappers';

/** Seals a secret for the one who holds the key, as GitHub wants it. Both are base64. */
export async function seal(secret: string, publicKey: string): Promise<string> {
  await sodium.ready;
  const { ORIGINAL } = sodium.base64_variants;
  const sealed = sodium.crypto_box_seal(sodium.from_string(secret), sodium.from_base64(publicKey, ORIGINAL));
  return sodium.to_base64(sealed, ORIGINAL);
}
