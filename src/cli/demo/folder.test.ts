import { mkdirSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { withReportFolder } from './folder.ts';

const folder = () => mkdtempSync(join(tmpdir(), 'huxley-demo-folder-'));
const REPORT = JSON.stringify({ run: 'r1', shipped: 'v2', github: '/x', earlier: [] });

test('a demo takes a folder that is new, empty or an earlier demo’s, and no other', async () => {
  const [fresh, empty, earlier] = [join(folder(), 'new'), folder(), folder()];
  writeFileSync(join(earlier, 'report.json'), REPORT);
  mkdirSync(join(earlier, 'transcripts'));
  for (const out of [fresh, empty, earlier]) expect(await withReportFolder(out, async (given) => given)).toBe(out);

  for (const [name, text] of [
    ['transcripts', null],
    ['thesis.tex', ''],
    ['report.json', '{"total": 3}'],
  ] as const) {
    const out = folder();
    if (text === null) mkdirSync(join(out, name));
    else writeFileSync(join(out, name), text);
    const refused = withReportFolder(out, async () => expect.unreachable());
    await expect(refused).rejects.toMatchObject({
      code: 'demo.out',
      message: expect.stringContaining(`holds ${name}`),
    });
    expect(readdirSync(out)).toEqual([name]);
  }
});

test('without a name it passes over what is not its own, but not over other commands’ folders', async () => {
  const here = folder();
  const before = process.cwd();
  process.chdir(here);
  try {
    mkdirSync('huxley-report/kata-oracle', { recursive: true });
    expect(await withReportFolder(undefined, async (given) => given)).toMatch(/huxley-report$/);
    mkdirSync('huxley-report/diffs');
    expect(await withReportFolder(undefined, async (given) => given)).toMatch(/huxley-report-2$/);
  } finally {
    process.chdir(before);
  }
});
