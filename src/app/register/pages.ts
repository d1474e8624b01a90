import { createHash } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { CALL } from '../../model/command-line.ts';

const STYLE =
  'body{font:1rem/1.5 system-ui,sans-serif;max-width:40rem;margin:3rem auto;padding:0 1rem}button{font:inherit;padding:.5rem 1rem}code{overflow-wrap:anywhere}';

export interface AskPage {
  /** Where the form is sent on GitHub. */
  readonly action: string;
  readonly manifest: object;
  readonly organization: string | null;
  readonly webhookURL: string;
  /** Whether the person is sent on to GitHub, which asks them, without pressing the button here. */
  readonly go: boolean;
}

const GO = 'document.forms[0].submit()';
const GO_HASH = createHash('sha256').update(GO).digest('base64');

/** The page with the one button, for who comes back to it, or has no scripts. */
export function askPage({ action, manifest, organization, webhookURL, go }: AskPage): string {
  const { host } = new URL(action);
  return page(
    'Register the App',
    `<h1>Huxley needs a GitHub App</h1>
<p>GitHub makes one for ${organization === null ? 'your account' : `<strong>${text(organization)}</strong>`} and gives this server its credentials. Where you
install it, it has the permissions in Huxley’s <code>app.yml</code>. It receives events at <code>${text(webhookURL)}</code>.</p>
<form method="post" action="${text(action)}"><input type="hidden" name="manifest" value="${text(JSON.stringify(manifest))}">
<button>Create the GitHub App</button></form>
<p>On ${text(host)} you may change its name. Then install it on your agent’s repository.${
      organization === null ? ' For an organization, add <code>?org=NAME</code> to this page’s address.' : ''
    }</p>${go ? `<script>${GO}</script>` : ''}`,
  );
}

/** Why there is no button: GitHub cannot reach this server. */
export function unreachablePage(webhookURL: string): string {
  return troublePage(
    `GitHub cannot send events to ${webhookURL}`,
    `That address is this machine’s own. Start the server again with a public address, \`${CALL} serve --url https://…\`, or with a relay, \`${CALL} serve --smee\`.`,
  );
}

/** A page that says what went wrong and what to do. */
export function troublePage(error: string, remedy: string, again = false): string {
  return page(
    'Huxley',
    `<h1>${text(error)}</h1><p>${text(remedy)}</p>${again ? '<p><a href="/setup">Begin again</a></p>' : ''}`,
  );
}

/** Where GitHub sends people who have installed the App. */
const INSTALLED_PAGE = page(
  'Huxley',
  `<h1>The App is installed</h1>
<p>Next, in a checkout of your agent’s repository, have its configuration and workflow written: <code>${text(CALL)} init</code>.
Then comment <code>/huxley run</code> on an issue.</p>`,
);

/** Answers for {@link INSTALLED_PAGE}. */
export function answerInstalled(response: ServerResponse): void {
  send(response, 200, INSTALLED_PAGE);
}

export function send(
  response: ServerResponse,
  status: number,
  body: string,
  headers: Readonly<Record<string, string | readonly string[]>> = {},
): void {
  response.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    // Where the form may lead is left open: GitHub may send people on to where their organization has them sign in.
    'content-security-policy': `default-src 'none'; script-src 'sha256-${GO_HASH}'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'; base-uri 'none'`,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-store',
    ...(headers as Record<string, string>),
  });
  response.end(body);
}

function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><title>${title}</title><style>${STYLE}</style><link rel="icon" href="data:,"></head>
<body><main>${body}</main></body></html>
`;
}

function text(value: string): string {
  return value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
