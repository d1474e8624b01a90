import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bytesOf, bytesTogether, inOrderOfUse, type Kept, layerSizes, leastUsed } from './usage.ts';

/** An image whose layers are named, each of so many bytes; the same path of names is the same layers. */
const image = (reference: string, path: string, at: number, kind: Kept['kind'] = 'pulled'): Kept => ({
  ...{ reference, kind, at, id: reference },
  layers: [...path].map((_, index) => path.slice(0, index + 1)),
  sizes: [...path].map((name) => name.charCodeAt(0) - 96),
});

const images = fc
  .array(
    fc.record({
      path: fc.string({ unit: fc.constantFrom('a', 'b', 'c'), minLength: 1, maxLength: 5 }),
      at: fc.nat(50),
    }),
    {
      maxLength: 12,
    },
  )
  .map((list) => list.map(({ path, at }, n) => image(`i${n}`, path, at)));

test('shared layers count once, whatever the order', () => {
  fc.assert(
    fc.property(images, (kept) => {
      const layers = new Map(kept.flatMap(({ layers, sizes }) => layers.map((layer, n) => [layer, sizes[n]!])));
      const bytes = [...layers.values()].reduce((sum, size) => sum + size, 0);
      expect(bytesTogether(kept)).toBe(bytes);
      expect(bytesTogether(kept.toReversed())).toBe(bytes);
    }),
  );
});

test('what goes is not in use, makes the rest fit where that can be, and nothing goes needlessly', () => {
  fc.assert(
    fc.property(images, fc.nat(40), fc.func(fc.boolean()), (kept, most, used) => {
      const inUse = ({ reference }: Kept) => used(reference);
      const going = [...leastUsed(kept, most, inUse)];
      expect(going.filter(inUse)).toEqual([]);
      const rest = kept.filter((each) => !going.includes(each));
      if (bytesTogether(rest) > most) expect(rest.every(inUse)).toBe(true);
      const last = going.at(-1);
      if (last !== undefined) expect(bytesTogether([...rest, last])).toBeGreaterThan(most);
    }),
  );
});

test('a base outlives what is built on it, and what Huxley rests on goes last', () => {
  const kept = [image('base', 'a', 1), image('old', 'b', 2), image('child', 'ac', 9), image('sandbox', 'z', 0, 'own')];
  expect(inOrderOfUse(kept).map(({ reference }) => reference)).toEqual(['old', 'child', 'base', 'sandbox']);
});

test('a layer of a build lies on the disk twice, as an image and in volumes', () => {
  expect(bytesOf(image('l', 'c', 0, 'layer'))).toBe(2 * bytesOf(image('l', 'c', 0)));
});

test('sizes are those of layers; what cannot be told apart is taken to share less', () => {
  const entry = (CreatedBy: string, Size: number) => ({ CreatedBy, Size });
  const history = [
    entry('/bin/sh -c #(nop) ADD file:1 in /', 70),
    entry('/bin/sh -c #(nop)  CMD ["bash"]', 0),
    entry('ENV A=b', 0),
    entry('WORKDIR /app', 0),
    entry('COPY . . # buildkit', 5),
  ];
  expect(layerSizes(history, 3)).toEqual([70, 0, 5]);
  expect(layerSizes([...history, entry('RUN true', 0)], 3)).toEqual([0, 70, 5]);
  expect(layerSizes([entry('', 3)], 1)).toEqual([3]);
});
