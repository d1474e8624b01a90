import type { FileDiff } from '../git/diff.ts';
import { type Html, html } from './html.ts';

/** Lines of one file's diff that are shown; a longer one says how many it leaves out. */
const MAX_LINES = 2_000;

/** The changed files of a diff, one box each, with line numbers of both sides. */
export function diffView(files: readonly FileDiff[]): Html {
  const sum = (key: 'additions' | 'deletions') => files.reduce((total, file) => total + file[key], 0);
  return html`<p class="dim">${files.length} ${files.length === 1 ? 'file' : 'files'} changed,
<span class="add">+${sum('additions')}</span> <span class="del">−${sum('deletions')}</span></p>${files.map(fileView)}`;
}

function fileView(file: FileDiff): Html {
  const name = file.previous === null ? file.path : `${file.previous} → ${file.path}`;
  return html`<details class="box" open><summary class="top"><span class="mono">${name}</span> ${file.status}
<span class="add">+${file.additions}</span> <span class="del">−${file.deletions}</span></summary>
<div class="body flush">${file.patch === null ? html`<p class="dim">&nbsp; No text to show.</p>` : lines(file.patch)}</div></details>`;
}

function lines(patch: string): Html {
  const all = patch.split('\n');
  let before = 0;
  let after = 0;
  const rows = all.slice(0, MAX_LINES).map((line) => {
    const hunk = /^@@ -(\d+)(?:,\d+)? \+(\d+)/.exec(line);
    if (hunk) {
      before = Number(hunk[1]);
      after = Number(hunk[2]);
      return row('hunk', '', '', line);
    }
    if (line.startsWith('+')) return row('plus', '', after++, line);
    if (line.startsWith('-')) return row('minus', before++, '', line);
    if (line.startsWith('\\')) return row('', '', '', line);
    return row('', before++, after++, line);
  });
  const rest = all.length - MAX_LINES;
  return html`<table class="diff mono">${rows}${rest > 0 && row('hunk', '', '', `${rest} more lines are not shown`)}</table>`;
}

function row(kind: string, before: number | string, after: number | string, text: string): Html {
  return html`<tr class="${kind}"><td class="num">${before}</td><td class="num">${after}</td><td>${text}</td></tr>`;
}
