import { createServer } from 'node:http';
import { crc32 } from 'node:zlib';
import { onLoopback } from './loopback.ts';

/** A package index as PyPI's (PEP 503) with one pure package, and what it was asked. */
export async function pythonIndex(name: string, module: string) {
  const asked: string[] = [];
  const file = `${name}-1.0-py3-none-any.whl`;
  const info = `${name}-1.0.dist-info`;
  const wheel = zip({
    [`${name}.py`]: module,
    [`${info}/METADATA`]: `Metadata-Version: 2.1\nName: ${name}\nVersion: 1.0\n`,
    [`${info}/WHEEL`]: 'Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n',
    [`${info}/RECORD`]: '',
  });
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    if (request.url === `/simple/${name}/`)
      response.setHeader('content-type', 'text/html').end(`<!DOCTYPE html><a href="../../files/${file}">${file}</a>`);
    else if (request.url === `/files/${file}`) response.end(wheel);
    else response.writeHead(404).end();
  });
  return { ...(await onLoopback(server)), asked };
}

/** A zip of stored files (APPNOTE 4.3). */
function zip(files: Readonly<Record<string, string>>): Buffer {
  const [bodies, entries]: [Buffer[], Buffer[]] = [[], []];
  let offset = 0;
  for (const [path, text] of Object.entries(files)) {
    const [name, data] = [Buffer.from(path), Buffer.from(text)];
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(33, 8);
    common.writeUInt32LE(crc32(data), 10);
    common.writeUInt32LE(data.length, 14);
    common.writeUInt32LE(data.length, 18);
    common.writeUInt16LE(name.length, 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), common, name, data]);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(offset, 10);
    entries.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\x00'), common, rest, name]));
    bodies.push(local);
    offset += local.length;
  }
  const directory = Buffer.concat(entries);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(entries.length, 4);
  end.writeUInt16LE(entries.length, 6);
  end.writeUInt32LE(directory.length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...bodies, directory, Buffer.from('PK\x05\x06'), end]);
}
