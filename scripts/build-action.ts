// Bundles the action into action/dist. `npm run build:action`; with --check it only says whether the bundle is current.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { projectPath } from '../src/config/project.ts';
import { bundleAction } from './bundle-action.ts';

const check = process.argv.includes('--check');
const files = await bundleAction(projectPath('action', 'dist'));
const stale = files.filter(({ path, contents }) => !same(path, contents));
for (const { path, contents } of files) console.log(`${path}: ${(contents.byteLength / 1e6).toFixed(2)} MB`);
if (check && stale.length > 0) {
  console.error('action/dist is not current: run `npm run build:action` and commit it.');
  process.exitCode = 1;
}
if (!check)
  for (const { path, contents } of stale) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, contents);
  }

function same(path: string, contents: Uint8Array): boolean {
  try {
    return Buffer.compare(readFileSync(path), contents) === 0;
  } catch {
    return false;
  }
}
