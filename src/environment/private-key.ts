import { createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { messageOf } from '../model/error.ts';

type Read = { readonly key: string } | { readonly problem: string };

/**
 * The App's private key as PEM, where Probot looks for it: in `PRIVATE_KEY`, else in the file `PRIVATE_KEY_PATH` names.
 * Otherwise what is wrong, without a word of the key itself.
 */
export function privateKeyIn(env: Readonly<Record<string, string | undefined>>): Read {
  const { PRIVATE_KEY, PRIVATE_KEY_PATH } = env;
  if (PRIVATE_KEY) return named('PRIVATE_KEY', parsePrivateKey(PRIVATE_KEY));
  if (!PRIVATE_KEY_PATH) return { problem: 'PRIVATE_KEY is not set' };
  try {
    return named('PRIVATE_KEY_PATH', parsePrivateKey(readFileSync(PRIVATE_KEY_PATH, 'utf8')));
  } catch (error) {
    return { problem: `PRIVATE_KEY_PATH cannot be read: ${messageOf(error).replace(/, (open|read).*/, '')}` };
  }
}

function named(variable: string, read: Read): Read {
  return 'key' in read ? read : { problem: `${variable} ${read.problem}` };
}

/** In any form Probot documents: as it is, with its line ends as `\\n`, in quotes, or in base64. */
function parsePrivateKey(text: string): Read {
  const bare = text.trim().replace(/^(["'])([\s\S]*)\1$/, '$2');
  const unfolded = bare.replaceAll('\\r', '').replaceAll('\\n', '\n').replaceAll('\r', '').trim();
  const pem = unfolded.includes('-----BEGIN')
    ? unfolded
    : Buffer.from(unfolded, 'base64').toString('utf8').replaceAll('\r', '').trim();
  if (!pem.startsWith('-----BEGIN')) return { problem: 'is neither a PEM private key nor one in base64' };
  if (/^-----BEGIN OPENSSH/.test(pem))
    return { problem: 'is an SSH key: use the .pem file that GitHub made for the App' };
  if (/ENCRYPTED/.test(pem.slice(0, 100)))
    return { problem: 'is protected by a passphrase: use the .pem file as GitHub made it' };
  if (!/^-----BEGIN (RSA )?PRIVATE KEY-----/.test(pem))
    return { problem: 'isn’t a private key: use the .pem file that GitHub made for the App' };
  try {
    if (createPrivateKey(pem).asymmetricKeyType !== 'rsa')
      return { problem: 'is not an RSA key: use the .pem file that GitHub made for the App' };
  } catch {
    return { problem: 'is a PEM private key that is damaged or cut short' };
  }
  return { key: pem };
}
