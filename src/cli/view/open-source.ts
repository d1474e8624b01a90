import { readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { withAppFile } from '../../environment/app-file.ts';
import { commandLine } from '../../model/command-line.ts';
import { HuxleyError, messageOf } from '../../model/error.ts';
import { webAddress } from '../../model/network/github-address.ts';
import { RunDocuments } from '../../run/state/run-documents.ts';
import { parseExport } from '../../store/export.ts';
import { attachmentsInFolder, attachmentsOnGitHub, noAttachments } from '../../web/serve/attachments.ts';
import { RunSource, storedRun } from '../../web/serve/run-source.ts';
import { forgeOf } from '../inspect/forge.ts';
import { findRun } from '../journal/find-run.ts';
import { openForReading } from '../journal/open-journal.ts';

export interface OpenSource extends AsyncDisposable {
  readonly source: RunSource;
}

/**
 * A run by what a person calls it: the file of an exported journal, a run of the journal that the App keeps on this machine, or a repository,
 * for its newest run.
 * @throws HuxleyError `export.damaged`, `journal.missing`, `run.unknown` or `run.ambiguous`
 */
export async function openSource(what: string | undefined, repository: string | undefined): Promise<OpenSource> {
  if (what?.endsWith('.jsonl') || (what !== undefined && statSync(what, { throwIfNoEntry: false })?.isFile()))
    return openFile(what);
  const store = await openForReading();
  try {
    const named = what?.includes('/') ? what : repository;
    const key = await findRun(store, what === named ? undefined : what, named);
    const forge = await forgeOf(process.env, key.repository);
    const documents = new RunDocuments(store, key);
    const source = storedRun(store, key, documents, {
      url:
        typeof forge === 'string'
          ? null
          : `${webAddress(withAppFile(process.env).GITHUB_API_URL || undefined)}/${key.repository}`,
      attachments:
        typeof forge === 'string'
          ? noAttachments(`GitHub was ${forge}.`, 'Set the environment as for the App (docs/operations.md).')
          : attachmentsOnGitHub(forge, documents),
    });
    return { source, [Symbol.asyncDispose]: () => store[Symbol.asyncDispose]() };
  } catch (error) {
    await store[Symbol.asyncDispose]();
    throw error;
  }
}

function openFile(file: string): OpenSource {
  const { entries, ...key } = parseExport(textOf(file), file);
  const attachments = attachmentsInFolder(dirname(file));
  const source = new RunSource({ key, url: null, attachments, read: async (after) => entries.slice(after) });
  return { source, [Symbol.asyncDispose]: async () => {} };
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new HuxleyError(
      'export.source',
      `${file} cannot be read: ${messageOf(error)}`,
      `Name a file that ${commandLine('journal export')} wrote, or a run.`,
    );
  }
}
