import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Forge } from '../../github/forge.ts';
import { RunDocuments } from '../../run/state/run-documents.ts';
import type { RunKey } from '../../store/journal.ts';
import type { Store } from '../../store/store.ts';
import { attachmentsOnGitHub } from '../../web/serve/attachments.ts';
import { writeReportFile } from '../../web/serve/report.ts';
import { type RunSource, storedRun } from '../../web/serve/run-source.ts';
import { startViewer, type Viewer } from '../../web/serve/viewer.ts';

/** The demo's run as a page: live while it goes on, and what is left of it. */
export interface DemoPage extends Viewer {
  /** Writes `diffs/` and report.html into the report folder. */
  save(out: string): Promise<void>;
}

export async function openDemoPage(store: Store, key: RunKey, forge: Forge, url: string): Promise<DemoPage> {
  const documents = new RunDocuments(store, key);
  const source = storedRun(store, key, documents, { url, attachments: attachmentsOnGitHub(forge, documents) });
  const viewer = await startViewer(source);
  return {
    url: viewer.url,
    async save(out) {
      await saveDiffs(source, join(out, 'diffs'));
      await writeReportFile(source, join(out, 'report.html'));
    },
    [Symbol.asyncDispose]: () => viewer[Symbol.asyncDispose](),
  };
}

/** A file for each variant, for whoever looks at the journal when this GitHub is gone. */
async function saveDiffs(source: RunSource, folder: string): Promise<void> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const { variants } = await source.document();
  for (const { variant, from, sha } of variants)
    if (from !== null && sha !== null) writeFileSync(join(folder, `${variant}.diff`), await source.diff(variant));
}
