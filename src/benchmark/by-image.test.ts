import fc from 'fast-check';
import { expect, test } from 'vitest';
import { byImage } from './by-image.ts';

const items = fc.array(fc.record({ id: fc.nat(), image: fc.constantFrom('a', 'b', 'c', null) }));

test('each image is had once; nothing is lost, and what shares an image keeps its order', () => {
  fc.assert(
    fc.property(items, (given) => {
      const images = byImage(given, ({ image }) => image).map(({ image }) => image);
      const changes = images.filter((image, n) => n === 0 || image !== images[n - 1]);
      expect(changes).toEqual([...new Set(given.map(({ image }) => image))]);
      for (const image of changes)
        expect(byImage(given, (each) => each.image).filter((each) => each.image === image)).toEqual(
          given.filter((each) => each.image === image),
        );
    }),
  );
});
