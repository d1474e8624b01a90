#!/usr/bin/env node
import { join } from 'node:path';
import { needNode } from './need-node.mjs';

needNode();
// npm runs scripts in this project's folder, but a path that somebody types means the folder they are in.
const { npm_lifecycle_event: script, INIT_CWD: typedIn } = process.env;
if (typedIn && (script === 'huxley' || script === 'demo') && process.cwd() === join(import.meta.dirname, '..'))
  process.chdir(typedIn);
await import('./main.ts');
