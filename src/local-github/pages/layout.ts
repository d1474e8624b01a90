import { type Content, Html, html } from './html.ts';
import { STYLE } from './style.ts';

export interface Place {
  /** `owner/name`; none on pages of the server as a whole. */
  readonly repository: string | null;
  readonly section?: 'code' | 'issues' | 'pulls' | 'actions' | 'settings';
}

const SECTIONS = [
  ['code', 'Code', ''],
  ['issues', 'Issues', '/issues'],
  ['pulls', 'Pull requests', '/pulls'],
  ['actions', 'Actions', '/actions'],
  ['settings', 'Settings', '/settings'],
] as const;

/** A whole page. Says on each that this is a local stand-in and not GitHub. */
export function page(title: string, { repository, section }: Place, body: Content): Html {
  const tabs =
    repository &&
    html`<nav>${SECTIONS.map(
      ([key, name, path]) =>
        html`<a href="/${repository}${path}"${key === section ? new Html(' aria-current="page"') : ''}>${name}</a>`,
    )}</nav>`;
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title><style>${new Html(STYLE)}</style></head>
<body><header><span class="note">Huxley’s local GitHub: a rehearsal on this machine</span>
<a href="/">Repositories</a>${repository && html` / <a href="/${repository}"><strong>${repository}</strong></a>`}${tabs}</header>
<main>${body}</main></body></html>`;
}
