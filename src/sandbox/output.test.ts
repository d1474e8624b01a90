import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CappedBuffer, Demultiplexer } from './output.ts';

function frame(stream: number, text: string): Buffer {
  const body = Buffer.from(text);
  const header = Buffer.alloc(8);
  header[0] = stream;
  header.writeUInt32BE(body.length, 4);
  return Buffer.concat([header, body]);
}

test('however the stream is cut, the same text comes out', () => {
  const frames = fc.array(fc.tuple(fc.constantFrom(1, 2), fc.string({ unit: 'binary', maxLength: 40 })), {
    maxLength: 8,
  });
  fc.assert(
    fc.property(frames, fc.integer({ min: 1, max: 17 }), (parts, step) => {
      const wire = Buffer.concat(parts.map(([stream, text]) => frame(stream, text)));
      const got = { stdout: '', stderr: '' };
      const buffers = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
      const demultiplexer = new Demultiplexer((stream, chunk) => buffers[stream].push(Buffer.from(chunk)));
      for (let at = 0; at < wire.length; at += step) demultiplexer.write(wire.subarray(at, at + step));
      got.stdout = Buffer.concat(buffers.stdout).toString();
      got.stderr = Buffer.concat(buffers.stderr).toString();
      const want = (stream: number) =>
        Buffer.concat(parts.filter(([s]) => s === stream).map(([, text]) => Buffer.from(text))).toString();
      expect(got).toEqual({ stdout: want(1), stderr: want(2) });
    }),
  );
});

test('what is over the cap is counted, not kept', () => {
  const buffer = new CappedBuffer(5);
  buffer.add(Buffer.from('abc'));
  buffer.add(Buffer.from('defg'));
  buffer.add(Buffer.from('h'));
  expect([buffer.toString(), buffer.dropped]).toEqual(['abcde', 3]);
});
