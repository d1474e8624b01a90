import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import https from 'node:https';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { createSecureContext, getCACertificates, TLSSocket } from 'node:tls';
import { messageOf } from '../../model/error.ts';
import { type Source, sourceOf } from '../registries.ts';
import { makeCertificates } from './certificates.ts';

/** Files in the proxy's folder. */
export const SOCKET = 'proxy.sock';
export const AUTHORITY = 'authority.pem';

/** What a build may fetch in all, and how long a registry may be silent. */
const MOST_BYTES = 8 * 1024 ** 3;
const SILENT_MILLISECONDS = 60_000;
const MOST_CONNECTIONS = 256;
/** Hosts remembered of those that were asked for. */
const MOST_HOSTS = 50;
/** Headers that are between two ends of one connection (RFC 9110, 7.6.1), and what a build must not decide or learn. */
const OWN_HEADERS = ['connection', 'keep-alive', 'proxy-connection', 'te', 'trailer', 'transfer-encoding', 'upgrade'];
const NOT_SENT = [...OWN_HEADERS, 'host', 'authorization', 'proxy-authorization', 'cookie', 'content-length', 'expect'];
const NOT_GIVEN = [...OWN_HEADERS, 'set-cookie', 'alt-svc', 'strict-transport-security'];

/** Where a build reaches registries, and nothing else. Dispose of it when the build is over. */
export interface RegistryProxy extends Disposable {
  /** Holds the socket and the authority's certificate, and nothing else; to be mounted into the build. */
  readonly folder: string;
  /** Where it listens on an address; null on a socket. */
  readonly port: number | null;
  /** Hosts that were asked for and are not registries; untrusted text. */
  readonly refused: ReadonlySet<string>;
  /** A registry that did not answer the build, and does not answer the worker either: its host, and why. */
  unreachable(): Promise<readonly [host: string, why: string] | null>;
}

/**
 * A proxy of HTTP and HTTPS on a Unix socket that lets a build read from some hosts. It reads along: only GET and HEAD pass, what
 * the build says about who it is does not, and credentials are added here, so that none is ever in the build.
 *
 * @param options.address an address of this machine's to listen on instead, for builds of images: they know no authority of ours, so
 * HTTPS goes through unread, and not to a host that wants credentials or has a mirror
 */
export async function startProxy(
  sources: readonly Source[],
  { address }: { readonly address?: string } = {},
): Promise<RegistryProxy> {
  const shown = address === undefined ? makeCertificates(sources.map(({ host }) => host)) : null;
  const secureContext = shown === null ? undefined : createSecureContext({ cert: shown.certificate, key: shown.key });
  const [refused, failed] = [new Set<string>(), new Map<string, string>()];
  const sockets = new Set<Duplex>();
  // Corporate proxies of the machine apply: HTTPS_PROXY and NO_PROXY.
  const options = { keepAlive: true, maxSockets: 32, proxyEnv: process.env };
  // Where a network reads along, this machine's own store knows its authority.
  const ca = [...getCACertificates('default'), ...getCACertificates('system')];
  const agents = { 'http:': new http.Agent(options), 'https:': new https.Agent({ ...options, ca }) };
  let left = MOST_BYTES;

  const note = (host: string) => {
    if (refused.size < MOST_HOSTS) refused.add(host.replace(/[^\w.:-]/g, '?').slice(0, 255));
  };
  const allowed = (host: string, port: string, usual: string) => {
    const known = sourceOf(sources, host);
    const mirror = known?.origin ? new URL(known.origin) : null;
    // A mirror may be served at a port of its own.
    const source = port === usual || (mirror?.hostname === host && mirror.port === port) ? known : null;
    if (source === null) note(port === usual ? host : `${host}:${port}`);
    return source;
  };

  const pass = (request: IncomingMessage, response: ServerResponse, scheme: string, host: string, path: string) => {
    const source = sourceOf(sources, host)!;
    if (!path.startsWith('/')) return say(response, 400, 'A request names a path.');
    if (request.method !== 'GET' && request.method !== 'HEAD')
      return say(response, 405, 'A build reads from registries, and does nothing else there.');
    const url = new URL(`${source.origin ?? `${scheme}//${host}`}${path}`);
    const headers = without(request.headers, NOT_SENT);
    if (source.authorization !== null) {
      // In the clear only where the configuration says so itself.
      if (address !== undefined || (url.protocol === 'http:' && source.origin === null))
        return say(response, 403, 'A secret is sent only over HTTPS, and never while an image is built.');
      headers.authorization = source.authorization;
    }
    const upstream = (url.protocol === 'https:' ? https : http).request(url, {
      method: request.method,
      headers,
      agent: agents[url.protocol as 'https:'],
      timeout: SILENT_MILLISECONDS,
    });
    const fail = (why: string, blame = true) => {
      if (blame) failed.set(host, why);
      if (response.headersSent) response.destroy();
      else say(response, 502, `${host} cannot be reached: ${why}`);
      upstream.destroy();
    };
    upstream.on('timeout', () => fail(`no answer in ${SILENT_MILLISECONDS / 1000} s`));
    upstream.on('error', (error: NodeJS.ErrnoException) => fail(error.code ?? messageOf(error)));
    upstream.on('response', (answer) => {
      if ((answer.statusCode ?? 500) >= 500) failed.set(host, `it answered ${answer.statusCode}`);
      else failed.delete(host);
      response.writeHead(answer.statusCode ?? 502, without(answer.headers, NOT_GIVEN));
      answer.on('data', (chunk: Buffer) => {
        left -= chunk.byteLength;
        if (left < 0) fail('the build fetched more than it may', false);
      });
      answer.on('error', (error) => fail(messageOf(error)));
      answer.pipe(response);
    });
    response.on('close', () => response.writableFinished || upstream.destroy());
    request.resume();
    upstream.end();
  };

  const tunnel = (socket: Duplex, host: string) => {
    const { origin, authorization } = sourceOf(sources, host)!;
    if (origin !== null || authorization !== null) {
      socket.end(
        'HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\nAn image is built with neither mirrors nor secrets: use agent.build.\n',
      );
      return;
    }
    const upstream = connect(443, host, () => socket.write('HTTP/1.1 200 Connection established\r\n\r\n'));
    upstream.on('error', (error: NodeJS.ErrnoException) => {
      failed.set(host, error.code ?? messageOf(error));
      socket.destroy();
    });
    upstream.setTimeout(SILENT_MILLISECONDS, () => upstream.destroy());
    socket.on('close', () => upstream.destroy());
    upstream.on('data', (chunk: Buffer) => {
      left -= chunk.byteLength;
      if (left < 0) socket.destroy();
    });
    socket.pipe(upstream).pipe(socket);
  };

  const inner = http.createServer((request, response) => {
    const { huxleyHost, encrypted } = request.socket as Tunnelled;
    pass(request, response, encrypted ? 'https:' : 'http:', huxleyHost!, request.url ?? '/');
  });
  const outer = http.createServer((request, response) => {
    const url = URL.parse(request.url ?? '');
    if (url === null || url.protocol !== 'http:') return say(response, 400, 'This is a proxy.');
    if (allowed(url.hostname, url.port || '80', '80') === null) return say(response, 403, denied(url.hostname));
    pass(request, response, 'http:', url.hostname, url.pathname + url.search);
  });
  outer.on('connect', (request, socket: Duplex) => {
    socket.on('error', () => socket.destroy());
    const [, host = '', port = ''] = /^(.+):(\d+)$/.exec(request.url ?? '') ?? [];
    const plain = port === '80';
    if (allowed(host, port, plain ? '80' : '443') === null) {
      socket.end(`HTTP/1.1 403 Forbidden\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\n${denied(host)}`);
      return;
    }
    if (address !== undefined && !plain) return tunnel(socket, host);
    socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
    const inside = (plain ? socket : new TLSSocket(socket as Socket, { isServer: true, secureContext })) as Tunnelled;
    inside.huxleyHost = host;
    inside.on('error', () => inside.destroy());
    inner.emit('connection', inside);
  });
  outer.maxConnections = MOST_CONNECTIONS;
  outer.on('connection', (socket: Duplex) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });

  const folder = mkdtempSync(join(tmpdir(), 'huxley-registries-'));
  if (shown !== null) writeFileSync(join(folder, AUTHORITY), shown.authority, { mode: 0o644 });
  const listening = new Promise<void>((done, fail) => {
    outer.on('error', fail);
    if (address === undefined) outer.listen(join(folder, SOCKET), done);
    else outer.listen(0, address, done);
  });
  await listening.catch((error) => {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  });
  chmodSync(folder, 0o755);
  if (address === undefined) chmodSync(join(folder, SOCKET), 0o666);
  return {
    folder,
    port: address === undefined ? null : (outer.address() as AddressInfo).port,
    refused,
    async unreachable() {
      for (const host of failed.keys()) {
        const source = sourceOf(sources, host)!;
        // Names below a star are the build's own idea.
        if (source.host.startsWith('*')) continue;
        const why = await ask(new URL(source.origin ?? `https://${host}`), agents);
        if (why !== null) return [host, why];
      }
      return null;
    },
    [Symbol.dispose]() {
      outer.close();
      for (const socket of sockets) socket.destroy();
      for (const each of Object.values(agents)) each.destroy();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** What to do about a failed build that asked for hosts in vain; else `otherwise`. */
export function remedyOf({ refused }: RegistryProxy, otherwise: string): string {
  const named = [...refused].slice(0, 5).join(', ');
  return named === '' ? otherwise : `It asked for ${named}: name those that it may read from in \`agent.registries\`.`;
}

/** Why a host does not answer; null where it does, whatever it says. */
function ask(url: URL, agents: Readonly<Record<'http:' | 'https:', http.Agent>>): Promise<string | null> {
  return new Promise((done) => {
    const agent = agents[url.protocol as 'https:'];
    const request = (url.protocol === 'https:' ? https : http).request(url, { agent, timeout: SILENT_MILLISECONDS });
    request.on('timeout', () => request.destroy(new Error(`no answer in ${SILENT_MILLISECONDS / 1000} s`)));
    request.on('error', (error: NodeJS.ErrnoException) => done(error.code ?? messageOf(error)));
    request.on('response', (response) => {
      response.resume();
      done((response.statusCode ?? 500) >= 500 ? `it answered ${response.statusCode}` : null);
    });
    request.end();
  });
}

type Tunnelled = Socket & { huxleyHost?: string; readonly encrypted?: boolean };

function denied(host: string): string {
  return `${host.slice(0, 255)} is not among the registries that builds may reach (agent.registries in .github/huxley.yml).\n`;
}

function say(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'text/plain' }).end(text);
}

function without(headers: http.IncomingHttpHeaders, names: readonly string[]): http.OutgoingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !names.includes(name)));
}
