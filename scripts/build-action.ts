// Bundles the actions into their folders dist, which git ignores: to run it by hand, and for publish-action.ts.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { bundleActions } from '../src/local-github/world/bundle-action.ts';

for (const { path, contents } of await bundleActions()) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, contents);
  console.log(`${path}: ${(contents.byteLength / 1e6).toFixed(2)} MB`);
}
