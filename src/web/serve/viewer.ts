import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { HuxleyError, messageOf } from '../../model/error.ts';
import { answerError, answerFailure } from './answer.ts';
import { Changes } from './events.ts';
import { answerRun } from './pages.ts';
import type { RunSource } from './run-source.ts';

export interface Viewer extends AsyncDisposable {
  /** Where people look at it, e.g. `http://127.0.0.1:41234/`. */
  readonly url: string;
}

/** Shows a run on this machine alone; @param port 0 takes a free one. @throws HuxleyError `view.listen` */
export async function startViewer(source: RunSource, port = 0): Promise<Viewer> {
  const changes = new Changes(source);
  const run = { source, changes };
  const handle = (request: IncomingMessage, response: ServerResponse) => {
    // A page of another site that has its name lead here would send that name.
    if (!isOwn(request.headers.host, server.address() as AddressInfo))
      return answerError(response, 403, 'The viewer does not use this address.', 'Open the address that it printed.');
    const path = (request.url ?? '/').replace(/\?.*/s, '');
    answerRun(request, response, path, run, { base: '', csrf: null, user: null }).catch((error) => {
      answerFailure(response, error);
    });
  };
  const server = createServer({ requestTimeout: 15_000, headersTimeout: 5_000 }, handle);
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) =>
      reject(
        new HuxleyError(
          'view.listen',
          `The page cannot be shown on port ${port}: ${messageOf(error)}`,
          'Name another port with --port.',
        ),
      ),
    );
    server.listen(port, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    async [Symbol.asyncDispose]() {
      changes.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function isOwn(host: string | undefined, { port }: AddressInfo): boolean {
  return host === `127.0.0.1:${port}` || host === `localhost:${port}`;
}
