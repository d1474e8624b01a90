import type { IncomingMessage, ServerResponse } from 'node:http';

/** Takes a request that is not REST (git, pages, artifact storage); `false` hands it on. */
export type RawHandler = (request: IncomingMessage, response: ServerResponse, url: URL) => Promise<boolean> | boolean;
