import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, expect, test } from 'vitest';
import { reportHtml } from '../../../src/web/bundle.ts';
import type { RunDocument } from '../../../src/web/document/document.ts';
import { startChromium } from '../../support/chromium.ts';
import { watchedPage } from '../../support/page-browser.ts';
import { PageServer } from '../../support/page-server.ts';
import { diff, reportDocument, runsDocument, transcript } from '../../support/run-attachments.ts';
import { runDocument } from '../../support/run-document.ts';

// Whatever models, agents and people write in whatever field: it is read, and does nothing.

const browser: Browser | string = await startChromium();
afterAll(async () => {
  if (typeof browser !== 'string') await browser.close();
});

const OWN = 'window.owned=1,alert(1)';
const CORPUS = [
  `<script>${OWN}</script>`,
  `</script><script>${OWN}</script>`,
  `</style></textarea></title><script>${OWN}</script>`,
  `<img src=x onerror="${OWN}">`,
  `"><svg onload=${OWN}>`,
  `' onmouseover='${OWN}' autofocus onfocus='${OWN}`,
  `<iframe srcdoc="<script>parent.owned=1</script>"></iframe>`,
  `<a href="javascript:${OWN}">x</a> [x](javascript:${OWN})`,
  `javascript:${OWN}`,
  `data:text/html,<script>${OWN}</script>`,
  '${window.owned=1} {{constructor.constructor("window.owned=1")()}} `${owned}`',
  '<!--<script>',
  ']]><x:script xmlns:x="http://www.w3.org/1999/xhtml">window.owned=1</x:script>',
  '<style>*{background:url(http://evil.example/x)}</style><link rel=stylesheet href=//evil.example>',
  '<meta http-equiv=refresh content="0;url=http://evil.example">',
  '<base href=//evil.example><form action=//evil.example><button>x</button></form>',
  '\u001b[31mred\u001b]0;title\u0007\u0000\u0008',
  '\u202Edesrever\u2066 \u200bzero\u00ad\u{e0041}\ud800',
  '__proto__ constructor toString',
  `${'x'.repeat(20_000)} ${'a\u0301'.repeat(2_000)}`,
];
const VIEWS = [
  'lineage',
  'progress',
  'tasks',
  'compare/v0/v4',
  'variant/v1',
  'variant/v4',
  'variant/v5',
  'decisions/0',
  'decisions/7',
  'runs',
];

/** Each text that is written is one of the corpus, all of them in turn. */
function hostile() {
  let next = 0;
  return (what: string) => `${what} ${CORPUS[next++ % CORPUS.length]}`;
}

async function look(page: Page, address: string, document: RunDocument) {
  const task = document.tasks[document.evaluations.task[0]!]!.task;
  const open = `variant/v0/${document.evaluations.job[0]}/${encodeURIComponent(task.toWellFormed())}`;
  for (const view of [
    ...VIEWS,
    `tasks/${encodeURIComponent(task.toWellFormed())}`,
    open,
    `tasks/${encodeURIComponent(CORPUS[0]!)}`,
  ]) {
    await page.goto('about:blank');
    await page.goto(`${address}#/${view}`);
    await page.locator('main > *').first().waitFor();
    await expect.poll(() => page.locator('.loading').count()).toBe(0);
    for (const summary of await page.locator('details:not([open]) > summary').all())
      await summary.click({ timeout: 500 }).catch(() => {});
    // Whatever would wait for the mouse or the focus.
    await page.evaluate(
      "for (const each of document.querySelectorAll('main *')) each.dispatchEvent(new MouseEvent('mouseover', { bubbles: true }))",
    );
    if (view === open) expect(await page.locator('.message').count()).toBe(5);
    expect([view, await page.evaluate('window.owned')]).toEqual([view, undefined]);
    expect([
      view,
      await page.locator('#page :is(script, iframe, img, base, meta, link, form, style, object, embed)').count(),
    ]).toEqual([view, 0]);
    const addresses = (await page.evaluate(
      "[...document.querySelectorAll('[href], [src]')].filter((each) => each.closest('#page')).map((each) => each.getAttribute('href') ?? each.getAttribute('src'))",
    )) as string[];
    expect(
      addresses.filter((each) => !each.startsWith('#/') && !each.startsWith('https://github.example/octo/agent')),
    ).toEqual([]);
    const text = (await page.evaluate('document.body.innerText')) as string;
    expect([view, /[^\P{C}\n\t]/u.test(text)]).toEqual([view, false]);
  }
}

test('a server with a policy: nothing runs, and the policy has nothing to say', async (context) => {
  if (typeof browser === 'string') return context.skip(browser);
  const text = hostile();
  const document = runDocument({ variants: 15, tasks: 25, evaluations: 300, text, rehearsal: true });
  await using server = await PageServer.start();
  server.answers.set('/document.json', { body: JSON.stringify(document) });
  server.answers.set('/runs.json', { body: JSON.stringify(runsDocument(document, text)) });
  for (const { variant } of document.variants) server.answers.set(`/diff/${variant}`, { body: diff(text) });
  document.evaluations.job.forEach((job, place) => {
    const name = document.tasks[document.evaluations.task[place]!]!.task;
    server.answers.set(`/transcript/${job}/${encodeURIComponent(name.toWellFormed())}`, {
      body: JSON.stringify(transcript(text)),
    });
  });
  const { page, problems, addresses } = await watchedPage(browser);
  await look(page, `${server.url}/`, document);
  expect(problems).toEqual([]);
  expect(addresses.filter((address) => !address.startsWith(server.url) && !/^(about|data):/.test(address))).toEqual([]);
  // The policy is there, and is kept.
  await page.evaluate("document.body.append(Object.assign(document.createElement('script'), { text: 'owned = 1' }))");
  expect(await page.evaluate('window.owned')).toBeUndefined();
  expect(problems.some((problem) => problem.startsWith('CSP script-src'))).toBe(true);
  await page.close();
});

test('a file: everything works from a disk, nothing runs that is not the page', async (context) => {
  if (typeof browser === 'string') return context.skip(browser);
  const text = hostile();
  const document = runDocument({ variants: 15, tasks: 25, evaluations: 300, text });
  const folder = await mkdtemp(join(tmpdir(), 'huxley-report-'));
  const html = await reportHtml({ ...reportDocument(document, text), cut: text('Some transcripts are left out.') });
  await writeFile(join(folder, 'report.html'), html);
  expect(html.match(/<\/script>/g)).toHaveLength(2);
  const { page, problems, addresses } = await watchedPage(browser);
  await look(page, `file://${folder}/report.html`, document);
  await page.goto(`file://${folder}/report.html#/variant/v1`);
  await page.locator('.diff-code-insert').first().waitFor();
  expect(await page.locator('main').innerText()).toContain('<script>window.owned=1');
  expect(problems).toEqual([]);
  expect(addresses.filter((address) => !/^(file|about|data):/.test(address))).toEqual([]);
  await page.close();
  await rm(folder, { recursive: true });
});

test.for(['javascript:alert(1)//', 'data:text/html,x', 'https://user:pass@evil.example', 'nonsense'])(
  'an address that is none of the web: %s gives no link',
  async (url, context) => {
    if (typeof browser === 'string') return context.skip(browser);
    await using server = await PageServer.start();
    server.answers.set('/document.json', {
      body: JSON.stringify({ ...runDocument({ variants: 5, tasks: 5, evaluations: 30 }), url }),
    });
    const { page } = await watchedPage(browser);
    await page.goto(`${server.url}/#/variant/v1`);
    await page.locator('h2').waitFor();
    expect(await page.locator('a:not([href^="#/"])').count()).toBe(0);
    await page.close();
  },
);
