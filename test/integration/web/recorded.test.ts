import { readFileSync } from 'node:fs';
import type { Browser } from 'playwright-core';
import { afterAll, expect, test } from 'vitest';
import { projectPath } from '../../../src/environment/project.ts';
import type { JournalEntry } from '../../../src/model/event.ts';
import { parseExport } from '../../../src/store/export.ts';
import { noAttachments } from '../../../src/web/serve/attachments.ts';
import { RunSource } from '../../../src/web/serve/run-source.ts';
import { startViewer } from '../../../src/web/serve/viewer.ts';
import { startChromium } from '../../support/chromium.ts';
import { longRun } from '../../support/long-run.ts';
import { seriousFindings, watchedPage } from '../../support/page-browser.ts';
import { simulatedRun } from '../../support/simulated-run.ts';

// Journals, through the document's builder and the server, as people see them.

const browser: Browser | string = await startChromium();
afterAll(async () => {
  if (typeof browser !== 'string') await browser.close();
});

const recorded = (name: string) => {
  const path = projectPath(`test/fixtures/0.1/${name}.jsonl`);
  return [...parseExport(readFileSync(path, 'utf8'), path).entries];
};

const RUNS: Readonly<Record<string, { readonly entries: () => JournalEntry[]; readonly least: number }>> = {
  'the demo, recorded': { entries: () => recorded('demo'), least: 5 },
  'a merged run, recorded': { entries: () => recorded('merged'), least: 4 },
  'a search under way, recorded': { entries: () => recorded('searching'), least: 1 },
  'a simulated search by hgm': { entries: () => simulatedRun('hgm', 12_000), least: 300 },
  '2,000 variants': { entries: () => longRun({ variants: 2_000, evaluations: 20_000 }), least: 1_900 },
};

test.for(Object.entries(RUNS))('%s: every view has what the journal says', async ([, { entries, least }], context) => {
  if (typeof browser === 'string') return context.skip(browser);
  const journal = entries();
  const source = new RunSource({
    key: { repository: 'octo/agent', run: 'r7' },
    url: null,
    attachments: noAttachments('this is a test.', 'Look elsewhere.'),
    read: async (after) => journal.slice(after),
  });
  await using viewer = await startViewer(source);
  const document = await source.document();
  expect(document.variants.length).toBeGreaterThanOrEqual(least);
  const { page, problems, addresses } = await watchedPage(browser);
  const last = document.decisions.at(-1)!;
  const best = document.view.best;
  const says: Readonly<Record<string, string | RegExp>> = {
    lineage: best,
    progress: 'Utility of the best variant',
    tasks: document.tasks[0]!.task,
    [`variant/${best}`]: document.variants.find(({ variant }) => variant === best)!.state,
    'variant/v1': /v0 → v1/,
    'compare/v0/v1': /fixes \d+ and breaks \d+/,
    'decisions/0': document.decisions[0]!.decision.reason.text,
    [`decisions/${last.n}`]: last.decision.reason.text,
    runs: 'Held-out tasks, over all runs',
  };
  for (const [view, words] of Object.entries(says)) {
    await page.goto('about:blank');
    await page.goto(`${viewer.url}#/${view}`);
    await page.locator('main', { hasText: words }).waitFor({ timeout: 15_000 });
    if (least === 5) expect([view, await seriousFindings(page)]).toEqual([view, []]);
  }
  expect(problems.filter((problem) => !/404/.test(problem))).toEqual([]);
  expect(addresses.filter((address) => !address.startsWith(viewer.url) && !/^(about|data):/.test(address))).toEqual([]);
  await page.close();
});
