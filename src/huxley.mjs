#!/usr/bin/env node
import { needNode } from './need-node.mjs';

needNode();
await import('./main.ts');
