import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { Permissions } from '../store/rows.ts';

const MANIFEST = join(import.meta.dirname, '../../../app.yml');

/** What Huxley's App asks for and hears of, from its manifest. */
export function huxleyApp(): { readonly permissions: Permissions; readonly events: readonly string[] } {
  const manifest = parse(readFileSync(MANIFEST, 'utf8')) as {
    default_permissions: Permissions;
    default_events: readonly string[];
  };
  return { permissions: manifest.default_permissions, events: manifest.default_events };
}
