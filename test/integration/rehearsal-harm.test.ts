import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { projectPath } from '../../src/environment/project.ts';
import { CATALOGUE } from '../../src/rehearsal/catalogue/all.ts';
import { HARMFUL } from '../../src/rehearsal/catalogue/harmful.ts';
import { carryOut } from '../../src/rehearsal/catalogue/improvement.ts';
import { type Kata, loadKatas } from '../../src/rehearsal/katas.ts';
import { REHEARSAL_MODEL, type Rehearsal, startRehearsal } from '../../src/rehearsal/server.ts';

// The real starter agent, edited as the catalogue says, against the rehearsal model. What it writes is compared with the
// solution; sandbox and grader have tests of their own.

const run = promisify(execFile);
const scratch = mkdtempSync(join(tmpdir(), 'huxley-harm-'));
const starter = readFileSync(projectPath('examples', 'starter-agent', 'agent.ts'), 'utf8');
let katas: readonly Kata[];
let model: Rehearsal;

beforeAll(async () => {
  katas = await loadKatas();
  model = await startRehearsal({ seed: 1, katas });
});
afterAll(async () => {
  await model[Symbol.asyncDispose]();
  rmSync(scratch, { recursive: true, force: true });
});

const CHECKS = 'Run the check a task names and show the model what fails';
const TRIES = 'Tell the model to run the examples after it writes';

/** For each harmful edit, changes it meets and a kata that an agent with these alone solves. */
const MEETS: Readonly<Record<string, readonly [readonly string[], string]>> = {
  'Send shorter prompts to save tokens': [[], 'uptime-report'],
  'Let the model plan before it acts': [[], 'leap-years'],
  'Stop early to save money': [[CHECKS], 'csv-sum'],
  'Keep the conversation short by dropping old messages': [[CHECKS], 'csv-sum'],
  'Call the shell tool by its proper name': [[TRIES], 'word-wrap'],
};

test.each(HARMFUL.map(({ title }) => title))('does harm: %s', async (title) => {
  const [others, task] = MEETS[title]!;
  expect(await solves(others, task)).toBe(true);
  expect(await solves([...others, title], task)).toBe(false);
});

async function solves(titles: readonly string[], task: string): Promise<boolean> {
  const kata = katas.find(({ id }) => id === task)!;
  const folder = mkdtempSync(join(scratch, 'run-'));
  const source = titles.reduce((text, title) => {
    const edits = carryOut(CATALOGUE.find((each) => each.title === title)!, text)!;
    return edits.reduce((before, { old, new: put }) => before.replace(old, () => put), text);
  }, starter);
  const files = new Map([...kata.workspace].map(([path, content]) => [join('workspace', path), content]));
  for (const [path, content] of files.set('agent.ts', source).set('task.md', kata.statement)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  await run(process.execPath, [join(folder, 'agent.ts')], {
    env: {
      PATH: process.env.PATH,
      HUXLEY_MODE: 'solve',
      HUXLEY_TASK: join(folder, 'task.md'),
      HUXLEY_WORKSPACE: join(folder, 'workspace'),
      OPENAI_BASE_URL: model.baseURL,
      OPENAI_API_KEY: 'none',
      HUXLEY_MODEL: REHEARSAL_MODEL,
    },
  });
  return [...kata.solution].every(
    ([path, content]) => readFileSync(join(folder, 'workspace', path), 'utf8').trim() === content.trim(),
  );
}
