import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { HuxleyError } from '../../model/error.ts';
import { withLock } from '../../sandbox/setup/lock.ts';

const DEFAULT = 'huxley-report';
const LOCK = '.in-use';

/** What a demo writes into its folder. Of these the folders are emptied first. */
const WRITTEN = ['report.json', 'journal.jsonl', 'tree.svg', 'dashboard.md', 'report.html', 'transcripts', 'diffs'];

/** What tells the report of a demo from others of that name. */
const reportSchema = z.looseObject({
  run: z.string(),
  shipped: z.string(),
  github: z.string(),
  earlier: z.array(z.unknown()),
});

/**
 * Runs `work` with a report folder that no other process of this machine writes to meanwhile: the named one, or the first
 * of `huxley-report`, `huxley-report-2`, … that is free.
 *
 * @throws HuxleyError `demo.out` when the named one is taken, or holds anything but an earlier demo's report
 */
export async function withReportFolder<T>(named: string | undefined, work: (folder: string) => Promise<T>): Promise<T> {
  for (let n = 1; ; n++) {
    const folder = resolve(named ?? (n === 1 ? DEFAULT : `${DEFAULT}-${n}`));
    try {
      refuseForeign(folder, named !== undefined);
      return await withLock(join(folder, LOCK), () => work(folder), {
        seconds: 0,
        refusal: ({ who, since, whenGone }) =>
          new HuxleyError(
            'demo.out',
            `Another demo writes its report to ${folder}: ${who}, since ${since}.`,
            `Name another folder with --out.${whenGone}`,
          ),
      });
    } catch (error) {
      if (named !== undefined || !(error instanceof HuxleyError && error.code === 'demo.out')) throw error;
    }
  }
}

/** A folder of the default name is Huxley's own: other commands have folders of theirs in it. */
function refuseForeign(folder: string, whole: boolean): void {
  if (!existsSync(folder)) return;
  if (!statSync(folder).isDirectory())
    throw new HuxleyError('demo.out', `${folder} is not a folder.`, 'Name a folder with --out.');
  const there = readdirSync(folder).filter((name) => !name.startsWith(LOCK));
  const foreign = whole ? there : there.filter((name) => WRITTEN.includes(name));
  if (foreign.length === 0 || isReport(join(folder, 'report.json'))) return;
  throw new HuxleyError(
    'demo.out',
    `${folder} holds ${foreign[0]}, and no report of a demo.`,
    'Name a new or empty folder with --out, or that of an earlier demo.',
  );
}

function isReport(path: string): boolean {
  try {
    return reportSchema.safeParse(JSON.parse(readFileSync(path, 'utf8'))).success;
  } catch {
    return false;
  }
}
