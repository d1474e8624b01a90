import type { Browser, Page } from 'playwright-core';
import { afterAll, expect, test } from 'vitest';
import { emptyColumns } from '../../../src/web/document/columns.ts';
import { startChromium } from '../../support/chromium.ts';
import { seriousFindings, watchedPage } from '../../support/page-browser.ts';
import { PageServer } from '../../support/page-server.ts';
import { diff, reportDocument, runsDocument } from '../../support/run-attachments.ts';
import { runDocument } from '../../support/run-document.ts';

// Every view in a real browser, light and dark, wide and narrow, on runs of 15, 300 and 2,000 variants.

const browser: Browser | string = await startChromium();
afterAll(async () => {
  if (typeof browser !== 'string') await browser.close();
});

const SIZES = [
  { variants: 15, tasks: 20, evaluations: 600 },
  { variants: 300, tasks: 100, evaluations: 12_000 },
  { variants: 2_000, tasks: 500, evaluations: 40_000 },
];

test.for(SIZES)('$variants variants: every view says what it should, without a complaint', async (size, context) => {
  if (typeof browser === 'string') return context.skip(browser);
  const document = runDocument(size);
  await using server = await serving(document);
  const { evaluations, tasks } = document;
  const job = evaluations.job[5]!;
  const task = tasks[evaluations.task[5]!]!.task;
  const views: Readonly<Record<string, (page: Page) => Promise<void>>> = {
    '#/lineage': async (page) => {
      await page.locator('label', { hasText: 'Fold what failed' }).locator('input').setChecked(false);
      expect(await page.locator('[role=treeitem]').count()).toBe(size.variants);
      expect(await page.locator('.legend').innerText()).toContain('line of the offered variant');
      expect(await page.locator('.link.on-line').count()).toBeGreaterThan(0);
    },
    '#/progress': async (page) => {
      expect(await page.locator('.chart canvas').count()).toBe(size.variants > 400 ? 2 : 3);
      expect(await page.locator('main').innerText()).toContain('42/60 against 30/60 ');
    },
    '#/tasks': async (page) => {
      await page.getByRole('application').focus();
      await page.keyboard.press('ArrowRight');
      expect(await page.locator('.about-cell').innerText()).toMatch(/^v\d+ on T-\d+: /);
      await page.keyboard.press('Space');
      expect(await page.locator('.opened h3').innerText()).toMatch(/^T-\d+$/);
      expect(await page.locator('.opened tbody tr').count()).toBeGreaterThan(0);
    },
    '#/compare/v0/v1': async (page) => {
      expect(await page.locator('.verdict').innerText()).toMatch(/v1 fixes \d+ and breaks \d+ of \d+ attempts/);
      await page.locator('.diff-code-insert').first().waitFor();
    },
    '#/variant/v1': async (page) => {
      expect(await page.locator('h2').innerText()).toBe('v1');
      expect(await page.locator('main').innerText()).toContain('1 of 1 came true');
      await page.locator('.diff-code-insert', { hasText: 'const tries = 3' }).waitFor();
      expect(await page.getByRole('region', { name: 'Candidates' }).locator('tbody tr').count()).toBeGreaterThan(0);
    },
    [`#/variant/v0/${job}/${task}`]: async (page) => {
      await page.locator('.message').first().waitFor();
      expect(await page.locator('.message').count()).toBe(5);
      await page.getByRole('searchbox').fill('GREET');
      expect(await page.locator('.transcript [role=status]').innerText()).toBe('3 places in 3 messages');
      expect(await page.locator('mark').count()).toBe(3);
    },
    '#/decisions/8': async (page) => {
      expect(await page.locator('h2').innerText()).toBe('Decision 8');
      expect(await page.locator('main').innerText()).toContain('What another policy would have done');
      await page.keyboard.press('j');
      await page.locator('h2', { hasText: 'Decision 9' }).waitFor();
      expect(await page.locator('.node.later').count()).toBe(size.variants - 10);
    },
    '#/runs': async (page) => {
      await page.getByRole('region', { name: 'Ledger' }).waitFor();
      expect(await page.getByRole('region', { name: 'Runs' }).last().locator('tbody tr').count()).toBe(2);
    },
  };
  for (const options of [
    { colorScheme: 'light', viewport: { width: 1280, height: 900 } },
    { colorScheme: 'dark', viewport: { width: 360, height: 740 } },
  ] as const) {
    const { page, problems, addresses } = await watchedPage(browser, options);
    for (const [hash, look] of Object.entries(views)) {
      await page.goto('about:blank');
      await page.goto(`${server.url}/${hash}`);
      await page.locator('main :is(section, article)').first().waitFor();
      await look(page);
      // With thousands of nodes axe takes minutes; what it looks for does not depend on how many there are.
      if (size.variants < 100) expect([hash, await seriousFindings(page)]).toEqual([hash, []]);
      expect([hash, await page.evaluate('document.documentElement.scrollWidth')]).toEqual([
        hash,
        options.viewport.width,
      ]);
    }
    expect(problems).toEqual([]);
    expect(addresses.filter((address) => !address.startsWith(server.url) && !/^(about|data):/.test(address))).toEqual(
      [],
    );
    await page.close();
  }
});

test('the tree is walked, folded and coloured by keyboard', async (context) => {
  if (typeof browser === 'string') return context.skip(browser);
  await using server = await serving(runDocument(SIZES[0]!));
  const { page, problems } = await watchedPage(browser);
  await page.goto(server.url);
  const tree = page.getByRole('tree');
  await tree.locator('[data-variant="0"]').focus();
  const before = await page.getByRole('treeitem').count();
  await page.keyboard.press('ArrowRight');
  expect(await page.locator('.about').innerText()).toContain('v1');
  await page.keyboard.press('Space');
  expect(await tree.locator('[data-variant="1"]').getAttribute('aria-expanded')).toBe('false');
  expect(await page.getByRole('treeitem').count()).toBeLessThan(before);
  expect(await tree.locator('[data-variant="1"] text').textContent()).toMatch(/\+\d+$/);
  await page.getByText('operator', { exact: true }).click();
  expect(await page.locator('.legend').innerText()).toContain('mutation');
  await page.getByText('table', { exact: true }).click();
  expect(await page.locator('main tbody tr').count()).toBe(15);
  await page.getByText('tree', { exact: true }).click();
  await tree.locator('[data-variant="0"]').focus();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Enter');
  expect(await page.locator('h2').innerText()).toBe('v1');
  expect(problems).toEqual([]);
  await page.close();
});

test('a page follows the run, posts commands, and says what to do when something is wrong', async (context) => {
  if (typeof browser === 'string') return context.skip(browser);
  const document = runDocument(SIZES[0]!);
  const running = {
    ...document,
    view: { ...document.view, outcome: null, status: 'searching' as const, rehearsal: true },
  };
  await using server = await serving(running);
  server.csrf = 'a-token';
  server.answers.set('/command', { status: 201, body: JSON.stringify({ url: 'https://github.example/1' }) });
  const { page } = await watchedPage(browser);
  await page.goto(server.url);
  await page.locator('.live').waitFor();
  expect(await page.locator('header').innerText()).toContain('Rehearsal: a scripted model');
  expect(await page.locator('header').innerText()).toContain('15 variants');
  server.answers.set('/document.json', {
    body: JSON.stringify({ ...running, variants: running.variants.slice(0, 9) }),
  });
  server.changed(601);
  await page.locator('header', { hasText: '9 variants' }).waitFor();
  await page.getByRole('button', { name: 'pause' }).click();
  await page.getByRole('button', { name: 'Post it' }).click();
  await page.getByText('Posted.').waitFor();
  expect(server.asked).toContain('POST /command');
  server.answers.set('/command', {
    status: 403,
    body: JSON.stringify({ error: 'Only who may write may do that.', remedy: 'Ask a maintainer.' }),
  });
  await page.getByRole('button', { name: 'stop' }).click();
  await page.getByRole('button', { name: 'Post it' }).click();
  await page.getByText('Ask a maintainer.').waitFor();
  await page.goto(`${server.url}/#/variant/v99`);
  await page.getByText('There is no v99 in this run.').waitFor();
  await page.goto(`${server.url}/#/variant/v0/nope/T-001`);
  await page.getByText('Keep transcripts with `--keep`.').waitFor();
  server.answers.set('/document.json', { body: JSON.stringify({ ...running, version: 2 }) });
  await page.reload();
  await page.getByText("This page reads version 1 of a run's document").waitFor();
  server.answers.delete('/document.json');
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.getByText('It is not kept.').waitFor();
  await page.close();
});

test('among many runs the page leads to the others, and to signing in when that is over', async (context) => {
  if (typeof browser === 'string') return context.skip(browser);
  await using server = await serving(runDocument(SIZES[0]!));
  server.base = '/runs/octo/agent/r41';
  const { page } = await watchedPage(browser);
  await page.goto(`${server.url}${server.base}/#/runs`);
  expect(await page.getByRole('link', { name: 'r40' }).getAttribute('href')).toBe('/runs/octo/agent/r40/#/runs');
  expect(await page.getByRole('link', { name: 'all runs' }).getAttribute('href')).toBe('/runs');
  const over = JSON.stringify({ error: 'You are not signed in.', remedy: 'Sign in again.' });
  server.answers.set('/document.json', { status: 401, body: over });
  await page.reload();
  expect(await page.getByRole('link', { name: 'Sign in' }).getAttribute('href')).toBe(
    `/runs/auth/sign-in?to=${encodeURIComponent('/runs/octo/agent/r41/#/runs')}`,
  );
  await page.close();
});

test('a run that has only begun says so in every view', async (context) => {
  if (typeof browser === 'string') return context.skip(browser);
  const document = runDocument({ variants: 1, tasks: 3, evaluations: 0 });
  await using server = await serving({
    ...document,
    variants: [],
    evaluations: emptyColumns(),
    decisions: [],
    progress: [],
    comparisons: [],
  });
  const { page, problems } = await watchedPage(browser);
  for (const [view, says] of Object.entries({
    lineage: 'There is no variant yet.',
    progress: 'Nothing has been measured yet.',
    tasks: 'No task has been tried yet.',
    compare: 'One of the two is not in this run.',
    decisions: 'Nothing has been decided yet.',
  })) {
    await page.goto(`${server.url}/#/${view}`);
    await page.getByText(says).waitFor();
  }
  expect(problems).toEqual([]);
  await page.close();
});

async function serving(document: ReturnType<typeof runDocument>): Promise<PageServer> {
  const server = await PageServer.start();
  server.answers.set('/document.json', { body: JSON.stringify(document) });
  server.answers.set('/runs.json', { body: JSON.stringify(runsDocument(document)) });
  for (const { variant } of document.variants) server.answers.set(`/diff/${variant}`, { body: diff((text) => text) });
  for (const [key, transcript] of Object.entries(reportDocument(document).transcripts))
    server.answers.set(`/transcript/${key}`, { body: JSON.stringify(transcript) });
  return server;
}
