import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { build } from 'esbuild';
import type { ReportDocument } from './document/document.ts';

/** The page's code, for a browser. */
export interface Bundle {
  readonly script: string;
  readonly style: string;
}

let bundled: Promise<Bundle> | undefined;

/** Built from `src/web/page` once a process, minified. */
export function bundlePage(): Promise<Bundle> {
  bundled ??= bundle();
  return bundled;
}

async function bundle(): Promise<Bundle> {
  const { outputFiles } = await build({
    entryPoints: [join(import.meta.dirname, 'page/main.tsx')],
    outdir: 'page',
    bundle: true,
    write: false,
    minify: true,
    format: 'iife',
    target: 'es2022',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    // react-diff-view is written for React; Preact's own layer stands in for it.
    alias: { react: 'preact/compat' },
    define: { 'process.env.NODE_ENV': '"production"' },
    legalComments: 'none',
    logLevel: 'silent',
  });
  const file = (ending: string) => outputFiles.find(({ path }) => path.endsWith(ending))!.text;
  return { script: file('.js'), style: file('.css') };
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
<div id="page"><p class="loading">Loading the run…</p><noscript><p>This page needs JavaScript. The run's issue tells the same in words.</p></noscript></div>
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
