import type { RunKey } from '../../../store/journal.ts';

/** The runs a person may look at, for choosing one. */
export function startPage(login: string, csrf: string, runs: readonly RunKey[]): string {
  const byRepository = Map.groupBy(runs, ({ repository }) => repository);
  const list = [...byRepository]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(
      ([repository, keys]) =>
        `<section><h2>${text(repository)}</h2><ul>${keys
          .toReversed()
          .map(({ run }) => `<li><a href="/runs/${text(repository)}/${text(run)}/">${text(run)}</a></li>`)
          .join('')}</ul></section>`,
    )
    .join('\n');
  return page(
    'Runs',
    `<h1>Runs</h1>
${list === '' ? '<p>There are no runs that you may see. Start one with <code>/huxley run</code> in a comment, in a repository that the App is installed in.</p>' : list}
<form method="post" action="/runs/auth/sign-out"><input type="hidden" name="csrf" value="${text(csrf)}">
<p>Signed in as ${text(login)}. <button>Sign out</button></p></form>`,
  );
}

/** Why nobody can look at runs here yet, and what to do. */
export const SET_UP_PAGE = page(
  'Runs',
  `<h1>Nobody can sign in here yet</h1>
<p>The administrator of this server can let people look at their runs. If <code>serve</code> registered the App, set <code>HUXLEY_URL</code> (where people reach
this server) and start it again. Otherwise:</p>
<ol>
<li>On the App’s settings page, add the callback address <code>HUXLEY_URL/runs/auth/callback</code> and make a client secret.</li>
<li>Set <code>HUXLEY_URL</code> (where people reach this server), <code>GITHUB_CLIENT_ID</code> and <code>GITHUB_CLIENT_SECRET</code>, and start the server again.</li>
</ol>
<p>docs/operations.md says more.</p>`,
);

/** A page that says what went wrong and what to do. */
export function troublePage(error: string, remedy: string): string {
  return page('Huxley', `<h1>${text(error)}</h1><p>${text(remedy)} <a href="/runs">Runs</a></p>`);
}

function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><title>${title}</title>
<link rel="stylesheet" href="/runs/page.css"><link rel="icon" href="data:,"></head>
<body><main class="start">${body}</main></body></html>
`;
}

function text(value: string): string {
  return value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
