#!/usr/bin/env node
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { needNode, runWithOwnNode } from './need-node.mjs';

if (!runWithOwnNode()) {
  needNode();
  // npm runs scripts in this project's folder, but a path that somebody types means the folder they are in.
  const { npm_lifecycle_event: script, INIT_CWD: typedIn } = process.env;
  const project = join(dirname(fileURLToPath(import.meta.url)), '..');
  if (typedIn && (script === 'huxley' || script === 'demo') && process.cwd() === project) process.chdir(typedIn);
  await import('./main.ts');
}
