import { createHash } from 'node:crypto';
import type { ReportDocument } from './document/document.ts';
import { type Bundle, makePage } from './make-page.ts';

let bundled: Promise<Bundle> | undefined;

/** The page's code, made once a process. */
export function bundlePage(): Promise<Bundle> {
  bundled ??= makePage();
  return bundled;
}

/** What the page needs to know of its server. */
export interface PageSettings {
  /** Path that its addresses begin with, without a slash at the end. */
  readonly base: string;
  /** Sent back with every command; null where there are no buttons. */
  readonly csrf: string | null;
  /** Who is signed in. */
  readonly user: string | null;
  /** Where `page.js` and `page.css` are; `base` where it is absent. */
  readonly assets?: string;
}

/** The page without its data; it fits a policy without inline script and style. */
export function pageHtml({ base, csrf, user, assets = base }: PageSettings): string {
  return html(
    `<meta name="huxley" content="${attribute(JSON.stringify({ base, csrf, user }))}">
<link rel="stylesheet" href="${attribute(assets)}/page.css">
<script src="${attribute(assets)}/page.js" defer></script>`,
    '',
  );
}

/** One file with everything in it, which opens from a disk and asks nobody for anything. */
export async function reportHtml(report: ReportDocument): Promise<string> {
  const { script, style } = await bundlePage();
  const policy = `default-src 'none'; script-src '${digest(script)}'; style-src '${digest(style)}'; img-src data:; base-uri 'none'; form-action 'none'`;
  const data = JSON.stringify(report).replaceAll('<', '\\u003c');
  return html(
    `<meta http-equiv="Content-Security-Policy" content="${policy}">
<style>${style}</style>`,
    `<script type="application/json" id="huxley">${data}</script>
<script>${script}</script>
`,
  );
}

function html(head: string, foot: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>Huxley</title>
<link rel="icon" href="data:,">
${head}
</head>
<body>
<div id="page"><p class="loading">Loading the run…</p><noscript><p>This page needs JavaScript. The run's issue says the same in words.</p></noscript></div>
${foot}</body>
</html>
`;
}

function digest(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}

function attribute(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
}
