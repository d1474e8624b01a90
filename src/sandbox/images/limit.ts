import { isHere } from '../../model/network/here.ts';
import type { Credentials } from './credentials.ts';
import { DOCKER_HUB, type ImageReference } from './reference.ts';

const LOOK_SECONDS = 10;
const MANIFESTS = [
  'docker.distribution.manifest.v2',
  'docker.distribution.manifest.list.v2',
  'oci.image.manifest.v1',
  'oci.image.index.v1',
];

/** A registry that names no time: Docker Hub counts in windows of six hours (docs.docker.com, "Pull usage and limits"). */
const USUAL_SECONDS = (host: string) => (host === DOCKER_HUB ? 6 * 3600 : 3600);

/** When a registry that limits pulls lets pull again, and whether it said so itself. */
export interface LimitEnd {
  readonly at: Date;
  readonly said: boolean;
}

/**
 * Asks the registry, whose answer the engine keeps to itself. A HEAD request counts as no pull.
 *
 * @param text what the engine said
 */
export async function endOfLimit(
  target: ImageReference,
  credentials: Credentials | null,
  text: string,
): Promise<LimitEnd> {
  const now = Date.now();
  const headers = await look(target, credentials).catch(() => null);
  const seconds = (headers && secondsIn(headers, now)) ?? secondsInText(text);
  return { at: new Date(now + 1000 * (seconds ?? USUAL_SECONDS(target.host))), said: seconds !== null };
}

/** Seconds until a limit ends, by the headers of an answer: `Retry-After` of RFC 9110, or how Docker Hub and others tell a window. */
export function secondsIn(headers: Headers, now: number): number | null {
  const after = headers.get('retry-after') ?? headers.get('x-retry-after');
  if (after !== null) {
    const seconds = /^\d+$/.test(after) ? Number(after) : (Date.parse(after) - now) / 1000;
    // Docker Hub's is a time in seconds since 1970.
    if (Number.isFinite(seconds)) return Math.max(1, Math.ceil(seconds > 1e9 ? seconds - now / 1000 : seconds));
  }
  const reset = Number(headers.get('ratelimit-reset') ?? headers.get('x-ratelimit-reset') ?? Number.NaN);
  if (Number.isFinite(reset)) return Math.max(1, Math.ceil(reset > 1e9 ? reset - now / 1000 : reset));
  const [, left, window] = /^\s*(\d+)\s*;\s*w=(\d+)/.exec(headers.get('ratelimit-remaining') ?? '') ?? [];
  return left === '0' ? Number(window) : null;
}

function secondsInText(text: string): number | null {
  const [, amount, unit] = /(?:retry|try again)[ -](?:after|in):?\s*(\d+)\s*(s|sec|m|min|h|hour)?/i.exec(text) ?? [];
  if (amount === undefined) return null;
  return Number(amount) * ({ m: 60, h: 3600 }[unit?.[0]?.toLowerCase() ?? 's'] ?? 1);
}

async function look({ host, repository, version }: ImageReference, credentials: Credentials | null): Promise<Headers> {
  const origin = host === DOCKER_HUB ? 'registry-1.docker.io' : host;
  const scheme = isHere(new URL(`http://${origin}`).hostname) ? 'http' : 'https';
  const accept = MANIFESTS.map((type) => `application/vnd.${type}+json`).join(', ');
  const ask = (authorization: string | null) =>
    fetch(`${scheme}://${origin}/v2/${repository}/manifests/${version}`, {
      method: 'HEAD',
      headers: { accept, ...(authorization === null ? {} : { authorization }) },
      signal: AbortSignal.timeout(LOOK_SECONDS * 1000),
    });
  const { username, password } = credentials ?? {};
  const basic = username ? `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}` : null;
  const first = await ask(null);
  if (first.status !== 401) return first.headers;
  const challenge = first.headers.get('www-authenticate') ?? '';
  if (!/^bearer /i.test(challenge)) return (await ask(basic)).headers;
  const part = (name: string) => new RegExp(`${name}="([^"]*)"`).exec(challenge)?.[1] ?? '';
  const realm = new URL(part('realm'));
  if (realm.protocol !== 'https:' && scheme === 'https') return first.headers;
  realm.searchParams.set('service', part('service'));
  realm.searchParams.set('scope', `repository:${repository}:pull`);
  const answer = await fetch(realm, {
    headers: basic === null ? {} : { authorization: basic },
    signal: AbortSignal.timeout(LOOK_SECONDS * 1000),
  });
  if (!answer.ok) return answer.headers;
  const { token, access_token } = (await answer.json()) as { token?: string; access_token?: string };
  return (await ask(`Bearer ${token ?? access_token}`)).headers;
}
