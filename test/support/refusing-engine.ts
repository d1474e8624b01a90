import { mkdtempSync, rmSync } from 'node:fs';
import { createConnection, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { dockerSandbox } from '../../src/sandbox/docker.ts';
import { connect } from '../../src/sandbox/engine.ts';
import type { Sandbox } from '../../src/sandbox/port.ts';

interface RefusingEngine extends AsyncDisposable {
  readonly socket: string;
  /** Request lines that were refused. */
  readonly refused: readonly string[];
}

/** The engine behind a socket of its own, on which requests that begin so are answered with an error and never arrive. */
async function refusingEngine(engine: string, beginning: string): Promise<RefusingEngine> {
  const folder = mkdtempSync(join(tmpdir(), 'huxley-engine-'));
  const socket = join(folder, 'docker.sock');
  const refused: string[] = [];
  const open = new Set<Socket>();
  const body = JSON.stringify({ message: 'device or resource busy' });
  const server = createServer({ allowHalfOpen: true }, (client) => {
    const upstream = createConnection({ path: engine, allowHalfOpen: true });
    for (const [end, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      open.add(end);
      end.on('error', () => other.destroy()).on('close', () => other.destroy());
    }
    upstream.pipe(client);
    client.on('data', (chunk: Buffer) => {
      const text = chunk.subarray(0, 500).toString('latin1');
      if (!text.startsWith(beginning)) return upstream.write(chunk);
      refused.push(text.slice(0, text.indexOf('\r\n')));
      client.write(
        `HTTP/1.1 500 Internal Server Error\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
      );
    });
    client.on('end', () => upstream.end());
  });
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  return {
    socket,
    refused,
    async [Symbol.asyncDispose]() {
      for (const each of open) each.destroy();
      await new Promise((resolve) => server.close(resolve));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A sandbox whose containers cannot be removed, what it reports of that, and which they are; the end of the test removes them. */
export async function stuckSandbox(
  engineSocket: string,
): Promise<AsyncDisposable & { readonly sandbox: Sandbox; readonly reports: string[]; readonly left: () => string[] }> {
  const docker = connect({ socket: engineSocket });
  const engine = await refusingEngine(engineSocket, 'DELETE /containers/');
  const left = () => engine.refused.map((request) => /containers\/(\w+)/.exec(request)![1]!);
  onTestFinished(async () => {
    for (const id of left()) await docker.getContainer(id).remove({ force: true, v: true });
  });
  const reports: string[] = [];
  const sandbox = dockerSandbox({ socket: engine.socket }, { report: (line) => reports.push(line) });
  return { sandbox, reports, left, [Symbol.asyncDispose]: () => engine[Symbol.asyncDispose]() };
}

/** A sandbox whose engine is gone for some seconds from the first time a command is started in a container, or for good. */
export async function dyingSandbox(
  engineSocket: string,
  seconds: number,
): Promise<AsyncDisposable & { readonly sandbox: Sandbox }> {
  const folder = mkdtempSync(join(tmpdir(), 'huxley-engine-'));
  const socket = join(folder, 'docker.sock');
  const open = new Set<Socket>();
  let until: number | undefined;
  const server = createServer({ allowHalfOpen: true }, (client) => {
    if (until !== undefined && Date.now() < until) return void client.destroy();
    const upstream = createConnection({ path: engineSocket, allowHalfOpen: true });
    for (const [end, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      open.add(end);
      end.on('error', () => other.destroy()).on('close', () => other.destroy());
    }
    upstream.pipe(client);
    client.on('data', (chunk: Buffer) => {
      const line = chunk.subarray(0, 200).toString('latin1');
      if (until !== undefined || !/^POST \/[^ ]*exec\/\w+\/start/.test(line)) return upstream.write(chunk);
      until = Date.now() + seconds * 1000;
      for (const each of open) each.destroy();
      return false;
    });
    client.on('end', () => upstream.end());
  });
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  return {
    sandbox: dockerSandbox({ socket }, { report: () => undefined }),
    async [Symbol.asyncDispose]() {
      for (const each of open) each.destroy();
      await new Promise((resolve) => server.close(resolve));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
