import type { IncomingMessage, ServerResponse } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { parseVariantId } from '../../model/ids.ts';
import { bundlePage, type PageSettings, pageHtml } from '../bundle.ts';
import { answer, answerError, answerJson } from './answer.ts';
import type { Changes } from './events.ts';
import { type Packed, packed } from './packed.ts';
import type { RunSource } from './run-source.ts';

/** One run as it is served. */
export interface ServedRun {
  readonly source: RunSource;
  readonly changes: Changes;
}

/** Pages that may listen to one run at once. */
const MAX_LISTENERS = 100;

/** Answers what is asked for of a run below its base: the page, its data, and what belongs to it. `path` begins after the base. */
export async function answerRun(
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
  { source, changes }: ServedRun,
  settings: PageSettings,
): Promise<void> {
  if (request.method !== 'GET' && request.method !== 'HEAD')
    return answerError(response, 405, 'This address is for reading.', 'Use the page.');
  const [what = '', ...names] = path.slice(1).split('/').map(decoded);
  switch (what) {
    case '':
      if (names.length > 0) break;
      return answer(response, 200, 'text/html', pageHtml(settings));
    case 'page.js':
    case 'page.css':
      return answerAsset(request, response, what);
    case 'document.json':
      return answerPacked(request, response, 'application/json', await source.packed());
    case 'runs.json':
      return answerJson(response, 200, await source.runs());
    case 'events':
      if (request.method === 'HEAD' || changes.listeners >= MAX_LISTENERS) break;
      return changes.listen(response);
    case 'diff': {
      const variant = parseVariantId(names.join('/'));
      if (variant === undefined) break;
      return answer(response, 200, 'text/plain', await source.diff(variant));
    }
    case 'transcript': {
      const [job, task] = names;
      if (job === undefined || task === undefined || names.length > 2) break;
      return answerJson(response, 200, await source.transcript(job, task));
    }
  }
  notFound(response);
}

export function notFound(response: ServerResponse): void {
  answerError(response, 404, 'There is nothing here.', 'Go back to the run.');
}

const ASSETS = { 'page.js': 'text/javascript', 'page.css': 'text/css' } as const;

let assets: Promise<Readonly<Record<keyof typeof ASSETS, Packed>>> | undefined;

/** The page's code, which is the same for everybody. */
export async function answerAsset(
  request: IncomingMessage,
  response: ServerResponse,
  name: keyof typeof ASSETS,
): Promise<void> {
  assets ??= bundlePage().then(async ({ script, style }) => ({
    'page.js': await packed(script),
    'page.css': await packed(style),
  }));
  answerPacked(request, response, ASSETS[name], (await assets)[name]);
}

function answerPacked(
  request: IncomingMessage,
  response: ServerResponse,
  type: string,
  { gzipped, etag }: Packed,
): void {
  const extra = { etag, vary: 'accept-encoding' };
  if (request.headers['if-none-match'] === etag) {
    answer(response, 304, type, '', extra);
    return;
  }
  if (/\bgzip\b/.test(String(request.headers['accept-encoding'] ?? '')))
    answer(response, 200, type, gzipped, { ...extra, 'content-encoding': 'gzip' });
  else answer(response, 200, type, gunzipSync(gzipped), extra);
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
