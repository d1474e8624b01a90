/*
 * What a run's page weighs and how soon it is there: `npm run -s bench:page`. The document of 500 variants and 20,000 evaluations comes from
 * a journal through the real builder and server; five loads by a fresh browser profile, from navigation to the first frame with the whole tree.
 */
import { gzipSync } from 'node:zlib';
import { bundlePage, reportHtml } from '../src/web/bundle.ts';
import { noAttachments } from '../src/web/serve/attachments.ts';
import { RunSource } from '../src/web/serve/run-source.ts';
import { startViewer } from '../src/web/serve/viewer.ts';
import { startChromium } from '../test/support/chromium.ts';
import { longRun } from '../test/support/long-run.ts';

const { script, style } = await bundlePage();
const kB = (text: string) => (gzipSync(text).length / 1_000).toFixed(1);
console.log(`script ${kB(script)} kB compressed (at most 300), style ${kB(style)} kB`);

/** Milliseconds from navigation to the frame after the first that has the view. */
const THERE =
  'new Promise((tell) => { const look = () => (window.there ? tell(window.there) : requestAnimationFrame(look)); look(); })';

const spread = (times: readonly number[]) => {
  const [least, , median, , most] = times.toSorted((a, b) => a - b).map((each) => each.toFixed(0));
  return `${median} ms (${least} to ${most})`;
};

const browser = await startChromium();
if (typeof browser === 'string') throw new Error(browser);
for (const size of [
  { variants: 500, evaluations: 20_000 },
  { variants: 2_000, evaluations: 20_000 },
]) {
  const journal = longRun(size);
  const source = new RunSource({
    key: { repository: 'octo/agent', run: 'r7' },
    url: null,
    attachments: noAttachments('this is a bench.', 'Look elsewhere.'),
    read: async (after) => journal.slice(after),
  });
  await using viewer = await startViewer(source);
  const document = await source.document();
  console.log(
    `${document.variants.length} variants, ${document.evaluations.variant.length} evaluations: document ${kB(JSON.stringify(document))} kB compressed, report ${((await reportHtml({ document, diffs: {}, transcripts: {}, cut: null })).length / 1e6).toFixed(1)} MB`,
  );
  await fetch(`${viewer.url}document.json`);
  for (const view of ['lineage', 'tasks', 'progress', 'decisions']) {
    const times: number[] = [];
    const work: number[] = [];
    for (let load = 0; load < 5; load++) {
      const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
      await page.addInitScript(
        "const look = () => document.querySelector('main > *') ? requestAnimationFrame(() => (window.there = performance.now())) : requestAnimationFrame(look); look()",
      );
      const devtools = await page.context().newCDPSession(page);
      await devtools.send('Performance.enable', { timeDomain: 'threadTicks' });
      await page.goto(`${viewer.url}#/${view}`);
      times.push((await page.evaluate(THERE)) as number);
      const { metrics } = await devtools.send('Performance.getMetrics');
      work.push(1_000 * metrics.find(({ name }) => name === 'TaskDuration')!.value);
      await page.close();
    }
    console.log(`  ${view}: first view after ${spread(times)}, processor time of its thread ${spread(work)}`);
  }
}
await browser.close();
