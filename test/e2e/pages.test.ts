import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, expect, test } from 'vitest';
import { ActionsWorld, workflow } from '../support/actions-world.ts';
import { startChromium } from '../support/chromium.ts';
import { commitFile } from '../support/commit-file.ts';

const HOSTILE = '<script>document.title = "owned"</script><img src=x onerror="document.title=\'owned\'">';
const BODY = `**v12 beats the root: 31/50 against 26/50 held-out tasks** (7 fixed, 2 broken, p = 0.18). Weak evidence.
Change: retries a failed edit. 3 files, +84 -19.

| | root v0 | parent v7 | **v12** |
|---|--:|--:|--:|
| Search tasks | 22/60 | 9/14 | 19/26 |
| Held-out tasks | 26/50 | - | 31/50 |

<details><summary>Why this variant exists</summary>

- it looped on \`sed\`
- ${HOSTILE}

</details>
<!-- huxley:variant v=1 -->`;

const browser: Browser | string = await startChromium();
afterAll(async () => {
  if (typeof browser !== 'string') await browser.close();
});

test('people read repository, issue, pull request and run in a browser; hostile text stays text', async (context) => {
  if (typeof browser === 'string') return context.skip(browser);
  await using world = await ActionsWorld.start({
    ...workflow(`name: Work
run-name: "work ${HOSTILE.replaceAll('"', '\\"')}"
on: workflow_dispatch
jobs:
  work:
    runs-on: x
    steps:
      - run: |
          echo '${HOSTILE.replaceAll("'", '')}'
          echo '### Done' >> "$GITHUB_STEP_SUMMARY"
          echo '::error file=agent.ts,line=3::it broke'
          exit 1
`),
    'README.md': '# Agent\n\nSolves tasks.',
    'src/agent.ts': 'const tries = 1;\nrun(tries);\n',
  });
  const { octokit, at } = world;
  await octokit.rest.issues.create({ ...at, title: `Run ${HOSTILE}`, body: `/huxley run\n\n${BODY}` });
  await commitFile(world, 'huxley/r1/v12', 'src/agent.ts', `const tries = 3;\nrun(tries); // ${HOSTILE}\n`, 'Retry');
  const { data: pull } = await octokit.rest.pulls.create({
    ...at,
    title: 'v12: retries a failed edit',
    body: BODY,
    head: 'huxley/r1/v12',
    base: 'main',
    draft: true,
  });
  await octokit.rest.issues.createComment({ ...at, issue_number: pull.number, body: 'Looks **good**' });
  const run = await world.dispatch();
  await world.settled();

  for (const colorScheme of ['light', 'dark'] as const) {
    const page = await browser.newPage({ colorScheme, viewport: { width: 1100, height: 900 } });
    const problems: string[] = [];
    page.on('console', (message) => problems.push(message.text()));
    page.on('pageerror', (error) => problems.push(String(error)));
    const open = async (path: string) => {
      const answer = await page.goto(world.github.url + path);
      expect(answer?.status()).toBe(200);
      await keep(page, `${colorScheme}-${path.replaceAll('/', '_')}`);
      expect(await page.title()).not.toBe('owned');
      expect(await page.locator('script, img, iframe').count()).toBe(0);
      return page;
    };
    await open('/');
    expect(await (await open('/octo/agent')).locator('main').innerText()).toContain('Solves tasks.');
    expect(await (await open('/octo/agent/issues/1')).locator('h1').innerText()).toContain('<script>');
    await open('/octo/agent/pulls');
    const shown = await open(`/octo/agent/pull/${pull.number}`);
    expect(await shown.locator('.state').innerText()).toBe('Draft');
    expect(await shown.locator('tr.plus').first().innerText()).toContain('const tries = 3;');
    expect(await shown.locator('main table').first().innerText()).toContain('31/50');
    const ran = await open(`/octo/agent/actions/runs/${run}`);
    expect(await ran.locator('main').innerText()).toContain('it broke');
    expect(await ran.locator('.log').innerText()).toContain('<script>');
    await open('/octo/agent/actions');
    await open('/octo/agent/blob/huxley/r1/v12/src/agent.ts');
    await open(`/octo/agent/commit/${pull.head.sha}`);
    expect(problems).toEqual([]);
    await page.close();
  }
});

test('a private repository shows only to who signed in with a token', async () => {
  await using world = await ActionsWorld.start({});
  await world.github.setup.createRepository({ owner: 'octo', name: 'secret', private: true, files: { a: '1' } });
  const status = async (cookie = '') =>
    (await fetch(`${world.github.url}/octo/secret`, { headers: { cookie } })).status;
  expect(await status()).toBe(404);
  expect(await status('local_github=wrong')).toBe(404);
  expect(await status(`local_github=${world.token}`)).toBe(200);
});

/** Keeps a screenshot where `HUXLEY_SCREENSHOTS` names a folder. */
async function keep(page: Page, name: string): Promise<void> {
  const folder = process.env.HUXLEY_SCREENSHOTS;
  if (!folder) return;
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
}
