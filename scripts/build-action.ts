// Bundles the action into action/dist, which git ignores: to run it by hand, and for publish-action.ts.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { bundleAction } from '../src/local-github/world/bundle-action.ts';

for (const { path, contents } of await bundleAction()) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, contents);
  console.log(`${path}: ${(contents.byteLength / 1e6).toFixed(2)} MB`);
}
