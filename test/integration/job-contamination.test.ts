import { expect, inject, it } from 'vitest';
import { openDirectory } from '../../src/benchmark/directory/suite.ts';
import { KATA_FOLDER } from '../../src/benchmark/kata/folder.ts';
import { readAgentFolder } from '../../src/cli/agent/folder.ts';
import { projectPath } from '../../src/environment/project.ts';
import { fingerprintsOf } from '../../src/job/fingerprints.ts';
import type { FileEntry } from '../../src/model/file.ts';
import { validatePatch } from '../../src/operator/patch/validate.ts';
import { CATALOGUE } from '../../src/rehearsal/catalogue/all.ts';
import { carryOut, SOURCE_FILE } from '../../src/rehearsal/catalogue/improvement.ts';

const file = (path: string, text: string): FileEntry => ({ path, content: Buffer.from(text), executable: false });

it('tells honest edits of a real agent from copied answers, on all katas', async () => {
  const suite = await openDirectory('kata', KATA_FOLDER, inject('sandboxImage'), async () => undefined);
  const rules = { protect: [], allowDependencies: false, fingerprints: await fingerprintsOf(suite) };
  const { files } = await readAgentFolder(projectPath('examples', 'starter-agent'));
  const source = Buffer.from(files.find(({ path }) => path === SOURCE_FILE)!.content).toString();
  const refusals = (text: string, path = SOURCE_FILE) =>
    validatePatch([{ path, mode: '100644', content: file(path, text).content }], files, rules).map(
      ({ problem }) => problem,
    );

  for (const improvement of CATALOGUE) {
    const edited = (carryOut(improvement, source) ?? []).reduce(
      (text, edit) => text.replace(edit.old, () => edit.new),
      source,
    );
    if (edited !== source) expect(refusals(edited), improvement.title).toEqual([]);
  }
  const caught = await Promise.all(
    suite.list().map(async ({ id }) => {
      const solution = (await suite.reference(id, 'oracle'))!
        .map(({ content }) => Buffer.from(content).toString())
        .join('\n');
      const problems = refusals(`${source}\nconst x = ${JSON.stringify(solution)};\n`);
      return problems.length > 0 ? [] : [id];
    }),
  );
  expect(caught.flat()).toEqual([]);
});
