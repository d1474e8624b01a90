import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

const DOCKER = 'application/vnd.docker';

/** An image of the engine, served as a registry on this machine does: compressed, by digest. */
export async function servedImage(
  reference: string,
): Promise<{ readonly reference: string; readonly megabytes: number } & Disposable> {
  const folder = mkdtempSync(join(tmpdir(), 'huxley-bench-image-'));
  const blobs = new Map<string, Buffer>();
  const keep = (mediaType: string, content: Buffer) => {
    const digest = `sha256:${createHash('sha256').update(content).digest('hex')}`;
    blobs.set(digest, content);
    return { mediaType, size: content.length, digest };
  };
  // What says to a job that it is made of its own sources.
  const build = ['build', '-q', '--label', `huxley.image=${reference}`, '-'];
  const labelled = execFileSync('docker', build, { input: `FROM ${reference}\n`, encoding: 'utf8' }).trim();
  execFileSync('sh', ['-c', 'docker save "$1" | tar -x -C "$2"', 'sh', labelled, folder]);
  execFileSync('docker', ['rmi', labelled], { stdio: 'ignore' });
  const [{ Config, Layers }] = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8'));
  const manifest = {
    ...{ schemaVersion: 2, mediaType: `${DOCKER}.distribution.manifest.v2+json` },
    config: keep(`${DOCKER}.container.image.v1+json`, readFileSync(join(folder, Config))),
    layers: Layers.map((path: string) =>
      keep(`${DOCKER}.image.rootfs.diff.tar.gzip`, gzipSync(readFileSync(join(folder, path)))),
    ),
  };
  rmSync(folder, { recursive: true });
  const { digest } = keep(manifest.mediaType, Buffer.from(JSON.stringify(manifest)));
  const megabytes = Math.round([...blobs.values()].reduce((sum, { length }) => sum + length, 0) / 2 ** 20);
  const server = createServer(({ url, method }, response) => {
    const content = blobs.get(url!.split('/').at(-1)!);
    if (content === undefined) return response.writeHead(url === '/v2/' ? 200 : 404).end();
    const type = url!.includes('/manifests/') ? manifest.mediaType : 'application/octet-stream';
    response.writeHead(200, {
      'content-type': type,
      'content-length': content.length,
      'docker-content-digest': url!.split('/').at(-1)!,
    });
    return response.end(method === 'HEAD' ? undefined : content);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    ...{ reference: `127.0.0.1:${port}/huxley/sandbox@${digest}`, megabytes },
    [Symbol.dispose]() {
      server.closeAllConnections();
      server.close();
    },
  };
}
