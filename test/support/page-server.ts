import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { bundlePage, pageHtml } from '../../src/web/bundle.ts';

/** What a page is served with: nothing inline, nothing from elsewhere. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** Serves the page with answers that may change while it is looked at; `changed` tells the pages that are open. */
export class PageServer {
  readonly answers = new Map<string, { readonly status?: number; readonly body: string }>();
  readonly asked: string[] = [];
  readonly #open = new Set<import('node:http').ServerResponse>();
  readonly #server = createServer(async (request, response) => {
    const path = request.url!.startsWith(this.base) ? request.url!.slice(this.base.length) : request.url!;
    this.asked.push(`${request.method} ${path}`);
    const { script, style } = await bundlePage();
    const own: Record<string, readonly [string, string]> = {
      '/': ['text/html', pageHtml({ base: this.base, assets: '', csrf: this.csrf, user: this.csrf && 'maintainer' })],
      '/page.js': ['text/javascript', script],
      '/page.css': ['text/css', style],
    };
    if (path === '/events') {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
      this.#open.add(response);
      return;
    }
    const { status = 200, body } = this.answers.get(path) ?? {
      status: 404,
      body: JSON.stringify({ error: 'It is not kept.', remedy: 'Keep transcripts with `--keep`.' }),
    };
    const [type, text] = own[path] ?? ['application/json', body];
    response
      .writeHead(own[path] ? 200 : status, {
        'content-type': `${type}; charset=utf-8`,
        'content-security-policy': POLICY,
      })
      .end(text);
  });
  csrf: string | null = null;
  /** As where several runs are served. */
  base = '';

  static async start(): Promise<PageServer> {
    const server = new PageServer();
    await new Promise<void>((ready) => server.#server.listen(0, '127.0.0.1', ready));
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  changed(seq: number): void {
    for (const response of this.#open) response.write(`event: changed\ndata: ${JSON.stringify({ seq })}\n\n`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((closed) => this.#server.close(closed));
  }
}
