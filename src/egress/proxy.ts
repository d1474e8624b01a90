import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { type AllowedHost, canonicalName, isAllowed } from '../model/network/hosts.ts';
import { type Address, type Lookup, publicAddresses } from './addresses.ts';
import { codeOf, outOfReach, placeOf } from './reach.ts';
import { TrafficLog } from './traffic.ts';

/** The proxy's socket in its folder. */
export const SOCKET = 'egress.sock';

/** At once: of clients, and of connections that go out, with those whose name is being looked up. */
const MOST_CONNECTIONS = 32;
/** That go out, one after the other. */
const MOST_IN_ALL = 2_000;
/** Both ways, of all connections together. */
const MOST_BYTES = 1024 ** 3;
const SILENT_MILLISECONDS = 60_000;
/** Of one connection. */
const LONGEST_MILLISECONDS = 15 * 60_000;
/** Answered to nobody. */
const GONE = 'nobody waits for it any more';
const AUTHORITY = /^([^\s:/@\\]+):([1-9]\d{0,4})$/;
const ABSOLUTE = /^http:\/\/([^\s:/@\\?#]+)(?::([1-9]\d{0,4}))?(\/[^\s\\#]*)?$/i;
/** Headers between two ends of one connection (RFC 9110, 7.6.1), and those that say where it goes. */
const OWN_HEADERS =
  /^(connection|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade|host|content-length|expect|forwarded|x-forwarded-.*)$/;

/** What one container may reach of the network. Dispose of it when the container has ended. */
export interface Egress extends Disposable {
  /** Holds the socket and nothing else; to be mounted into the container. */
  readonly folder: string;
  /** What came of all connections so far, in words; untrusted names in it are made plain. */
  said(): string;
  /**
   * An allowed host that was not reached, and is not by this machine itself either, with the reason; null where there is none, and where
   * all connections were used up. Ask when nothing runs in the container any more.
   */
  unreachable(): Promise<string | null>;
}

/**
 * A proxy on a Unix socket that lets connections to some hosts through: CONNECT to any, what is inside untouched, and GET and HEAD of
 * plain HTTP. Names are looked up here, and a connection goes to the address that was checked.
 */
export async function openEgress(
  hosts: readonly AllowedHost[],
  {
    look,
    mostBytes = MOST_BYTES,
    mostConnections = MOST_IN_ALL,
  }: { readonly look?: Lookup; readonly mostBytes?: number; readonly mostConnections?: number } = {},
): Promise<Egress> {
  const log = new TrafficLog();
  const clients = new Set<Duplex>();
  const upstreams = new Set<Socket>();
  const failed = new Set<string>();
  let left = mostBytes;
  let connectionsLeft = mostConnections;
  let looking = 0;
  let turn: Promise<unknown> = Promise.resolve();
  // Names below a star are whoever asked's own idea, and there is no end of them.
  const fail = (place: string) => {
    if (hosts.some(({ name, port }) => `${name}:${port}` === place)) failed.add(place);
  };

  /** One name at a time: look-ups take the few threads that the whole process has for them. */
  const inTurn = (lookUp: () => ReturnType<typeof publicAddresses>) => {
    const found = turn.then(lookUp);
    turn = found.catch(() => undefined);
    return found;
  };

  /** Where a place leads, if it may be reached at all and somebody still waits for it; else what is answered. */
  const addressesOf = async (
    written: string,
    port: number,
    isGone: () => boolean,
  ): Promise<readonly Address[] | string> => {
    const place = `${written}:${port}`;
    const name = canonicalName(written);
    const refuse = (why: string) => {
      log.add(place, why);
      return why;
    };
    if (name === null || port > 65_535 || !isAllowed(hosts, name, port)) return refuse('it is not allowed');
    if (left <= 0) return refuse('the allowance of bytes for the network is used up');
    if (connectionsLeft <= 0) return refuse('the allowance of connections for the network is used up');
    if (upstreams.size + looking >= MOST_CONNECTIONS) return refuse('there are too many connections at once');
    connectionsLeft--;
    looking++;
    try {
      const found = await inTurn(async () => (isGone() ? GONE : await publicAddresses(name, look)));
      if (isGone()) return GONE;
      return typeof found === 'string' ? refuse(found) : found;
    } catch (error) {
      fail(`${name}:${port}`);
      return refuse(codeOf(error));
    } finally {
      looking--;
    }
  };

  const bounded = (socket: Socket, written: string, port: number) => {
    const place = `${canonicalName(written)}:${port}`;
    let traffic: ReturnType<TrafficLog['add']> | null = null;
    const count = (bytes: number, way: 'sent' | 'received') => {
      left -= bytes;
      if (traffic !== null) traffic[way] += bytes;
      if (left <= 0) socket.destroy();
    };
    upstreams.add(socket);
    const late = setTimeout(() => socket.destroy(), LONGEST_MILLISECONDS);
    late.unref();
    socket.setTimeout(SILENT_MILLISECONDS, () => socket.destroy(new Error('silent for too long')));
    socket.on('connect', () => {
      traffic = log.add(place);
      failed.delete(place);
    });
    socket.on('error', (error) => {
      if (traffic !== null) return;
      fail(place);
      log.add(place, codeOf(error));
    });
    socket.on('close', () => {
      clearTimeout(late);
      upstreams.delete(socket);
    });
    return count;
  };

  const tunnel = async (request: IncomingMessage, client: Duplex, head: Buffer) => {
    client.on('error', () => client.destroy());
    const [, written = '', port = ''] = AUTHORITY.exec(request.url ?? '') ?? [];
    const place = written === '' ? (request.url ?? '') : written;
    const found = await addressesOf(place, Number(port), () => client.destroyed);
    if (typeof found === 'string') return void client.end(answer(403, found));
    const upstream = connect({ ...placeOf(written, port, found), allowHalfOpen: true });
    const count = bounded(upstream, written, Number(port));
    upstream.on('connect', () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      if (head.length > 0) upstream.write(head);
      count(head.length, 'sent');
      client.on('data', (chunk: Buffer) => count(chunk.length, 'sent'));
      upstream.on('data', (chunk: Buffer) => count(chunk.length, 'received'));
      client.pipe(upstream).pipe(client);
    });
    upstream.on('error', (error) => {
      if (!client.destroyed && upstream.bytesRead === 0 && upstream.connecting) client.end(answer(502, codeOf(error)));
      client.destroy();
    });
    // What came last may still be on its way to the client.
    upstream.on('close', () => client.writableEnded || client.destroy());
    client.on('close', () => upstream.destroy());
  };

  const pass = async (request: IncomingMessage, response: ServerResponse) => {
    request.resume();
    const [, written = '', given, path = '/'] = ABSOLUTE.exec(request.url ?? '') ?? [];
    if (written === '') return say(response, 400, 'This proxy takes only plain host names.');
    if (request.method !== 'GET' && request.method !== 'HEAD')
      return say(response, 405, 'Plain HTTP is for reading: use HTTPS.');
    const port = given ?? '80';
    const found = await addressesOf(written, Number(port), () => response.destroyed);
    if (typeof found === 'string') return say(response, 403, found);
    const headers = Object.fromEntries(Object.entries(request.headers).filter(([name]) => !OWN_HEADERS.test(name)));
    const place = placeOf(written, port, found);
    let count: ReturnType<typeof bounded> = () => undefined;
    const createConnection = () => {
      const socket = connect(place);
      count = bounded(socket, written, Number(port));
      return socket;
    };
    const upstream = http.request({
      ...{ createConnection, method: request.method, path, setHost: false },
      headers: { ...headers, host: port === '80' ? place.host : `${place.host}:${port}`, connection: 'close' },
    });
    upstream.on('response', (answered) => {
      count(Buffer.byteLength(path), 'sent');
      const kept = Object.entries(answered.headers).filter(([name]) => !OWN_HEADERS.test(name));
      const { statusCode: status = 0 } = answered;
      try {
        if (status < 200 || status > 599) throw new Error(`its status is ${status}`);
        response.writeHead(status, Object.fromEntries(kept));
      } catch (error) {
        giveUp(response, codeOf(error));
        return void upstream.destroy();
      }
      answered.on('data', (chunk: Buffer) => count(chunk.length, 'received'));
      answered.on('error', () => response.destroy());
      answered.pipe(response);
    });
    upstream.on('error', (error) => giveUp(response, codeOf(error)));
    // Another protocol than HTTP ends it without an error.
    upstream.on('close', () => response.headersSent || giveUp(response, 'its answer is none'));
    response.on('close', () => upstream.destroy());
    upstream.end();
  };

  const server = http.createServer((request, response) => {
    pass(request, response).catch((error) => giveUp(response, codeOf(error)));
  });
  server.on('connect', (request, client: Duplex, head: Buffer) => {
    tunnel(request, client, head).catch(() => client.destroy());
  });
  server.maxConnections = MOST_CONNECTIONS;
  // What comes behind a request on the same connection is turned away.
  server.maxRequestsPerSocket = 1;
  server.on('connection', (socket: Duplex) => {
    clients.add(socket);
    socket.on('close', () => clients.delete(socket));
  });
  const folder = mkdtempSync(join(tmpdir(), 'huxley-egress-'));
  const socket = join(folder, SOCKET);
  await new Promise<void>((done, fail) => server.once('error', fail).listen(socket, done));
  // One that could not be taken, for want of descriptors.
  server.on('error', (error) => log.add('proxy', codeOf(error)));
  chmodSync(folder, 0o755);
  chmodSync(socket, 0o666);
  return {
    folder,
    said: () => log.said(),
    async unreachable() {
      // Whoever used them up may have brought it about.
      if (connectionsLeft <= 0) return null;
      return await outOfReach(
        hosts.filter(({ name, port }) => failed.has(`${name}:${port}`)),
        { look, outside: true },
      );
    },
    [Symbol.dispose]() {
      server.close();
      for (const each of [...clients, ...upstreams]) each.destroy();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function answer(status: number, why: string): string {
  return `HTTP/1.1 ${status} ${status === 403 ? 'Forbidden' : 'Bad Gateway'}\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\n${why}\n`;
}

function giveUp(response: ServerResponse, why: string): void {
  if (response.headersSent) response.destroy();
  else say(response, 502, why);
}

function say(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'text/plain', connection: 'close' }).end(`${text}\n`);
}
