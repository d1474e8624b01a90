import { generateKeyPairSync, randomBytes } from 'node:crypto';
import forge from 'node-forge';

/** What the proxy shows for every host, and what a build has to trust for that. Made for one build, kept nowhere. */
export interface Certificates {
  /** The authority's certificate, in PEM. */
  readonly authority: string;
  readonly certificate: string;
  readonly key: string;
}

const DAY = 86_400_000;

/** An authority and a certificate by it for these hosts; both are good for a week. */
export function makeCertificates(hosts: readonly string[]): Certificates {
  const now = Date.now();
  const [authorityKeys, keys] = [keyPair(), keyPair()];
  const authorityId = forge.pki.getPublicKeyFingerprint(authorityKeys.publicKey).getBytes();
  const subject = [{ name: 'commonName', value: 'Huxley build' }];
  const make = (of: forge.pki.rsa.KeyPair, name: forge.pki.CertificateField[], extensions: object[]) => {
    const certificate = forge.pki.createCertificate();
    certificate.publicKey = of.publicKey;
    // Positive: its first bit is 0 (RFC 5280, 4.1.2.2).
    certificate.serialNumber = `01${randomBytes(15).toString('hex')}`;
    certificate.validity.notBefore = new Date(now - DAY);
    certificate.validity.notAfter = new Date(now + 7 * DAY);
    certificate.setSubject(name);
    certificate.setIssuer(subject);
    certificate.setExtensions([
      ...extensions,
      { name: 'subjectKeyIdentifier' },
      { name: 'authorityKeyIdentifier', keyIdentifier: authorityId },
    ]);
    certificate.sign(authorityKeys.privateKey, forge.md.sha256.create());
    return forge.pki.certificateToPem(certificate);
  };
  return {
    authority: make(authorityKeys, subject, [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, critical: true },
    ]),
    certificate: make(
      keys,
      [{ name: 'commonName', value: 'registry' }],
      [
        { name: 'basicConstraints', cA: false },
        { name: 'keyUsage', digitalSignature: true, keyEncipherment: true },
        { name: 'extKeyUsage', serverAuth: true },
        { name: 'subjectAltName', altNames: hosts.map((value) => ({ type: 2, value })) },
      ],
    ),
    key: forge.pki.privateKeyToPem(keys.privateKey),
  };
}

function keyPair(): forge.pki.rsa.KeyPair {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const key = forge.pki.privateKeyFromPem(privateKey.export({ type: 'pkcs1', format: 'pem' }) as string);
  return { privateKey: key, publicKey: forge.pki.setRsaPublicKey(key.n, key.e) };
}
