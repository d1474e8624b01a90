import { HuxleyError } from '../../model/error.ts';
import { DOCKER_HUB, type ImageReference } from './reference.ts';

/** Why an engine did not pull an image. `passing`: another try may do. */
export type PullTrouble =
  | 'limit'
  | 'full'
  | 'digest'
  | 'credentials'
  | 'platform'
  | 'absent'
  | 'host'
  | 'trust'
  | 'passing';

const KINDS: readonly (readonly [PullTrouble, RegExp])[] = [
  ['limit', /toomanyrequests|too many requests|rate limit|\b429\b/i],
  ['full', /no space left on device|disk quota exceeded/i],
  [
    'digest',
    /manifest verification failed|does not match (the )?digest|digest mismatch|filesystem layer verification failed/i,
  ],
  ['credentials', /unauthorized|authentication required|access denied|\bdenied\b|no basic auth credentials|\b40[13] /i],
  ['platform', /no matching manifest|no match for platform|image operating system/i],
  ['absent', /manifest unknown|name unknown|not found|invalid reference format/i],
  ['host', /no such host/i],
  ['trust', /x509|server gave HTTP response to HTTPS client/i],
];

/** By what the engine said, which is all it hands on of a registry's answer. */
export function troubleOf(text: string): PullTrouble {
  return KINDS.find(([, pattern]) => pattern.test(text))?.[0] ?? 'passing';
}

/** What a person can do about an image that is not to be had. Whatever it is, it is the machine's trouble, and no variant's. */
export function pullError(
  trouble: Exclude<PullTrouble, 'limit'>,
  reference: string,
  { host }: ImageReference,
  text: string,
  loggedIn: boolean,
): HuxleyError {
  const said = text.replace(/\s+/g, ' ').slice(0, 500);
  const login = `docker login${host === DOCKER_HUB ? '' : ` ${host}`}`;
  const [code, what, remedy] = {
    full: [
      'image.full',
      `the disk is full (${said})`,
      'Free some space where the engine keeps its data (`docker system df`), or lower HUXLEY_DISK_GB.',
    ],
    digest: [
      'image.digest',
      `what ${host} serves is not what its digest says (${said})`,
      'Pull it elsewhere and compare; do not use that registry or mirror until you know why.',
    ],
    credentials: [
      'setup.image',
      loggedIn
        ? `${host} refuses this runner’s login, or has no such image (${said})`
        : `${host} has no such public image (${said})`,
      `Check its name; if it is private, run \`${login}\` on the runner with an account that may read it${host === 'ghcr.io' ? ', or give the job `packages: read`' : ''}.`,
    ],
    platform: [
      'setup.image',
      `it is not made for this machine, ${process.arch} (${said})`,
      'Use a runner of the image’s architecture, or another image.',
    ],
    absent: [
      'setup.image',
      `${host} has no such image (${said})`,
      'Name a built-in image (sandbox, polyglot), or one that the engine has or can pull.',
    ],
    host: [
      'setup.image',
      `the engine cannot find host ${host} (${said})`,
      'Check the name, and that the engine reaches a name server; or load the image with `docker load`.',
    ],
    trust: [
      'setup.image',
      `the engine does not trust ${host} (${said})`,
      'Give the engine the registry’s certificate (/etc/docker/certs.d), or use a registry with a public one.',
    ],
    passing: [
      'setup.image',
      `${host} did not serve it in several tries (${said})`,
      'Try again later; the registry or the network to it has trouble.',
    ],
  }[trouble] as [string, string, string];
  return new HuxleyError(code, `The engine has no image '${reference}', and it cannot be pulled: ${what}`, remedy);
}
