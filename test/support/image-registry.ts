import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { packFiles } from '../../src/sandbox/tar.ts';

const MANIFEST = 'application/vnd.docker.distribution.manifest.v2+json';
/** What Docker Hub answers, to the letter. */
export const HUB_LIMIT = JSON.stringify({
  errors: [
    {
      code: 'TOOMANYREQUESTS',
      message: 'You have reached your unauthenticated pull rate limit. https://www.docker.com/increase-rate-limit',
    },
  ],
});
const DENIED = JSON.stringify({ errors: [{ code: 'UNAUTHORIZED', message: 'authentication required', detail: null }] });

/** Minutes from now to the time that a text says to try again at. */
export function minutesUntil(text: unknown): number {
  const [, time] = /try again at ([\d-]+ [\d:]+) UTC/i.exec(String(text)) ?? [];
  return (Date.parse(`${time?.replace(' ', 'T')}Z`) - Date.now()) / 60_000;
}

export interface Answer {
  readonly status: number;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

interface Registry extends AsyncDisposable {
  /** Host and port, as a reference begins. */
  readonly host: string;
  /** Puts an image of random bytes there, and gives its digest. */
  push(repository: string, tag: string, megabytes?: number, labels?: Readonly<Record<string, string>>): Promise<string>;
  /** How manifests are answered from now on; null for as they are. */
  answer(how: ((request: IncomingMessage) => Answer | null) | null): void;
  /** Logins that asked for a manifest, in order; empty for nobody's. */
  readonly logins: readonly string[];
  /** Pulls that got a manifest. */
  readonly pulls: () => number;
}

interface RegistryOptions {
  /** User and password, where there has to be a login. */
  readonly login?: string;
  /** Logins are by a token of a service of its own, as on Docker Hub and GitHub. */
  readonly bearer?: boolean;
}

/** A registry on this machine that speaks the distribution API, as far as an engine asks it (github.com/distribution/distribution, spec/api). */
export async function imageRegistry({ login, bearer = false }: RegistryOptions = {}): Promise<Registry> {
  const blobs = new Map<string, Buffer>();
  const manifests = new Map<string, Buffer>();
  const tokens = new Map<string, string>();
  const logins: string[] = [];
  let how: ((request: IncomingMessage) => Answer | null) | null = null;
  let pulls = 0;
  const keep = (content: Buffer) => {
    const digest = `sha256:${createHash('sha256').update(content).digest('hex')}`;
    blobs.set(digest, content);
    return digest;
  };
  const send = (response: ServerResponse, { status, body = '', headers = {} }: Answer) =>
    response.writeHead(status, { 'docker-distribution-api-version': 'registry/2.0', ...headers }).end(body);
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url!, 'http://x');
    const authorization = request.headers.authorization ?? '';
    const basic = Buffer.from(/^Basic (.*)/.exec(authorization)?.[1] ?? '', 'base64').toString();
    if (pathname === '/token') {
      if (basic !== '' && basic !== login) return send(response, { status: 401, body: DENIED });
      const token = randomBytes(8).toString('hex');
      tokens.set(token, basic);
      return send(response, {
        status: 200,
        body: JSON.stringify({ token }),
        headers: { 'content-type': 'application/json' },
      });
    }
    const token = /^Bearer (.*)/.exec(authorization)?.[1];
    const who = bearer ? tokens.get(token ?? '') : basic;
    const [, name, kind, reference] = /^\/v2\/(.+)\/(manifests|blobs)\/([^/]+)$/.exec(pathname) ?? [];
    if (kind === 'manifests') logins.push(who ?? '');
    const isOpen = login === undefined || who === login || (bearer && pathname === '/v2/' && who !== undefined);
    if (!isOpen) {
      const challenge = bearer
        ? `Bearer realm="http://127.0.0.1:${port}/token",service="registry.test",scope="repository:${name ?? 'x'}:pull"`
        : 'Basic realm="registry.test"';
      return send(response, { status: 401, body: DENIED, headers: { 'www-authenticate': challenge } });
    }
    if (kind === undefined) return send(response, { status: 200, body: '{}' });
    if (kind === 'manifests') {
      const other = how?.(request);
      if (other) return send(response, other);
    }
    const content = kind === 'blobs' ? blobs.get(reference!) : manifests.get(`${name} ${reference}`);
    if (content === undefined) {
      const body = { errors: [{ code: 'MANIFEST_UNKNOWN', message: 'manifest unknown', detail: { Tag: reference } }] };
      return send(response, {
        status: 404,
        body: JSON.stringify(body),
        headers: { 'content-type': 'application/json' },
      });
    }
    if (kind === 'manifests' && request.method === 'GET') pulls++;
    const digest = `sha256:${createHash('sha256').update(content).digest('hex')}`;
    response.writeHead(200, {
      'content-type': kind === 'manifests' ? MANIFEST : 'application/octet-stream',
      'content-length': content.byteLength,
      'docker-content-digest': digest,
      'docker-distribution-api-version': 'registry/2.0',
    });
    return response.end(request.method === 'HEAD' ? undefined : content);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    host: `127.0.0.1:${port}`,
    logins,
    pulls: () => pulls,
    answer: (next) => {
      how = next;
    },
    async push(repository, tag, megabytes = 1, Labels = {}) {
      const file = { path: 'random', content: randomBytes(megabytes * 1024 ** 2), executable: false };
      const tar = await packFiles([{ folder: '', files: [file], folderMode: 0o755 }]);
      const layer = gzipSync(tar, { level: 1 });
      const diff = `sha256:${createHash('sha256').update(tar).digest('hex')}`;
      const config = Buffer.from(
        JSON.stringify({
          ...{ architecture: process.arch === 'arm64' ? 'arm64' : 'amd64', os: 'linux', config: { Labels } },
          rootfs: { type: 'layers', diff_ids: [diff] },
          history: [{ created: new Date().toISOString(), created_by: 'COPY random /random' }],
        }),
      );
      const manifest = Buffer.from(
        JSON.stringify({
          ...{ schemaVersion: 2, mediaType: MANIFEST },
          config: {
            mediaType: 'application/vnd.docker.container.image.v1+json',
            size: config.length,
            digest: keep(config),
          },
          layers: [
            { mediaType: 'application/vnd.docker.image.rootfs.diff.tar.gzip', size: layer.length, digest: keep(layer) },
          ],
        }),
      );
      const digest = `sha256:${createHash('sha256').update(manifest).digest('hex')}`;
      for (const version of [tag, digest]) manifests.set(`${repository} ${version}`, manifest);
      return digest;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
