/** The look of every page: system fonts, light and dark, no images and no scripts. */
export const STYLE = `
:root { color-scheme: light dark;
  --fg: #1f2328; --dim: #59636e; --bg: #fff; --soft: #f6f8fa; --line: #d1d9e0; --link: #0969da;
  --good: #1a7f37; --bad: #cf222e; --wait: #9a6700; --done: #8250df;
  --add: #dafbe1; --del: #ffebe9; --hunk: #ddf4ff; }
@media (prefers-color-scheme: dark) { :root {
  --fg: #e6edf3; --dim: #9198a1; --bg: #0d1117; --soft: #151b23; --line: #3d444d; --link: #4493f8;
  --good: #3fb950; --bad: #f85149; --wait: #d29922; --done: #ab7df8;
  --add: #12361f; --del: #43191b; --hunk: #14243a; } }
* { box-sizing: border-box; }
body { margin: 0; color: var(--fg); background: var(--bg); font: 15px/1.55 system-ui, sans-serif; }
a { color: var(--link); text-decoration: none; } a:hover { text-decoration: underline; }
header { background: var(--soft); border-bottom: 1px solid var(--line); padding: .8rem 1.5rem; }
header .note { color: var(--dim); float: right; font-size: .85rem; }
nav { margin-top: .4rem; display: flex; gap: 1.2rem; } nav a[aria-current] { font-weight: 600; color: var(--fg); }
main { max-width: 62rem; margin: 0 auto; padding: 1.2rem 1.5rem 4rem; }
h1 { font-size: 1.5rem; font-weight: 500; line-height: 1.3; margin: .4rem 0; } h1 small { color: var(--dim); font-weight: 300; }
h2 { font-size: 1.1rem; margin: 1.6rem 0 .5rem; }
code, pre, .mono { font: 12.5px/1.5 ui-monospace, 'DejaVu Sans Mono', monospace; }
code { background: var(--soft); border-radius: 4px; padding: .1em .35em; } pre code { padding: 0; background: none; }
pre { background: var(--soft); border-radius: 6px; padding: .8rem; overflow-x: auto; margin: .6rem 0; }
.dim { color: var(--dim); } .good { color: var(--good); } .bad { color: var(--bad); } .wait { color: var(--wait); } .done { color: var(--done); }
.add { color: var(--good); } .del { color: var(--bad); }
.state { display: inline-block; border-radius: 2em; padding: .15em .8em; color: #fff; font-size: .85rem; background: var(--good); }
.state.draft { background: #59636e; } .state.closed { background: #cf222e; } .state.merged, .state.finished { background: #8250df; }
.list, .box { border: 1px solid var(--line); border-radius: 6px; margin: .8rem 0; }
.list > * { padding: .5rem .9rem; border-top: 1px solid var(--line); display: block; } .list > :first-child { border-top: 0; }
.box > .top { background: var(--soft); border-bottom: 1px solid var(--line); padding: .45rem .9rem; border-radius: 6px 6px 0 0; color: var(--dim); }
.box > .body { padding: .3rem .9rem; overflow-x: auto; }
.label { border: 1px solid var(--line); border-radius: 2em; padding: 0 .6em; font-size: .8rem; color: var(--dim); }
table { border-collapse: collapse; margin: .7rem 0; } th, td { border: 1px solid var(--line); padding: .3rem .7rem; }
th { background: var(--soft); } td.right, th.right { text-align: right; } td.center, th.center { text-align: center; }
blockquote { border-left: 3px solid var(--line); margin: .6rem 0; padding: 0 .9rem; color: var(--dim); }
.graph { display: block; max-width: 100%; margin: .8rem auto; } .graph path { fill: none; stroke: var(--dim); }
.graph rect { fill: var(--soft); stroke: var(--dim); } .graph text { fill: var(--fg); font-size: 12.5px; text-anchor: middle; }
.graph .best rect { stroke: var(--good); stroke-width: 3; } .graph .pruned rect { stroke-dasharray: 4; }
details { margin: .5rem 0; } summary { cursor: pointer; }
.diff { border-collapse: collapse; width: 100%; margin: 0; } .diff td { border: 0; padding: 0 .6rem; white-space: pre-wrap; word-break: break-word; }
.diff .num { color: var(--dim); text-align: right; width: 1%; white-space: nowrap; user-select: none; }
.diff tr.plus { background: var(--add); } .diff tr.minus { background: var(--del); } .diff tr.hunk { background: var(--hunk); color: var(--dim); }
.box > .body.flush { padding: 0; }
.log { background: var(--soft); border-radius: 6px; padding: .6rem .9rem; overflow-x: auto; }
.log div { white-space: pre-wrap; word-break: break-word; min-height: 1.5em; } .log .time { color: var(--dim); user-select: none; }
footer { color: var(--dim); font-size: .85rem; border-top: 1px solid var(--line); margin-top: 3rem; padding-top: .6rem; }
`;
