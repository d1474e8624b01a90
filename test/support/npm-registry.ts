import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { packFiles } from '../../src/sandbox/tar.ts';
import { onLoopback } from './loopback.ts';

interface PackageFiles {
  readonly [path: string]: string;
}

/** A registry that serves packages as npm's does, to whoever shows the token, and counts what it was asked. */
export async function npmRegistry(packages: Readonly<Record<string, PackageFiles>>, token?: string) {
  const asked: { readonly method: string; readonly path: string; readonly authorization: string | undefined }[] = [];
  const tarballs = new Map<string, Buffer>();
  for (const [name, files] of Object.entries(packages)) {
    const entries = Object.entries(files).map(([path, text]) => ({
      path,
      content: Buffer.from(text),
      executable: true,
    }));
    const chunks: Buffer[] = [];
    for await (const chunk of Readable.from(
      await packFiles([{ folder: 'package', files: entries, folderMode: 0o755 }]),
    ))
      chunks.push(chunk as Buffer);
    tarballs.set(name, gzipSync(Buffer.concat(chunks)));
  }
  const server = createServer((request, response) => {
    const path = decodeURIComponent(request.url ?? '/');
    asked.push({ method: request.method ?? '', path, authorization: request.headers.authorization });
    if (token !== undefined && request.headers.authorization !== `Bearer ${token}`) {
      response.writeHead(401).end();
      return;
    }
    const [, name = '', tar] = /^\/(.+?)(\/-\/.*)?$/.exec(path) ?? [];
    const tarball = tarballs.get(name);
    if (tarball === undefined) response.writeHead(404).end('{}');
    else if (tar) response.end(tarball);
    else {
      const manifest = JSON.parse(packages[name]!['package.json']!) as { version: string };
      const dist = {
        tarball: `https://registry.npmjs.org/${name}/-/${name}-${manifest.version}.tgz`,
        integrity: `sha512-${createHash('sha512').update(tarball).digest('base64')}`,
      };
      response.setHeader('content-type', 'application/json');
      const versions = { [manifest.version]: { ...manifest, dist } };
      response.end(JSON.stringify({ name, 'dist-tags': { latest: manifest.version }, versions }));
    }
  });
  return { ...(await onLoopback(server)), asked };
}
