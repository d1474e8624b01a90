/** Where an image is: `python` is `docker.io`, `library/python`, `latest`. */
export interface ImageReference {
  /** Of the registry, with its port where it has one. */
  readonly host: string;
  readonly repository: string;
  /** A tag, or a digest with its algorithm, which counts where there are both. */
  readonly version: string;
}

export const DOCKER_HUB = 'docker.io';

/** By the rules of Docker (github.com/distribution/reference): what looks like a host, with a dot, a port or `localhost`, is one. */
export function parseReference(text: string): ImageReference {
  const [name = '', digest] = text.split('@');
  const tag = /:([\w.-]+)$/.exec(name)?.[1];
  const path = tag === undefined ? name : name.slice(0, -tag.length - 1);
  const slash = path.indexOf('/');
  const first = path.slice(0, Math.max(0, slash));
  const isHost = slash > 0 && (/[.:]/.test(first) || first === 'localhost');
  const host = isHost ? first.replace(/^(index|registry-1)\.docker\.io$/, DOCKER_HUB) : DOCKER_HUB;
  const rest = isHost ? path.slice(slash + 1) : path;
  const repository = host === DOCKER_HUB && !rest.includes('/') ? `library/${rest}` : rest;
  return { host, repository, version: digest ?? tag ?? 'latest' };
}

/** The same reference with a tag or digest: without one an engine takes all there are. */
export function withVersion(text: string): string {
  return text.includes('@') || /:[\w.-]+$/.test(text) ? text : `${text}:latest`;
}
