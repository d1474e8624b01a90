import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, inject, onTestFinished, test } from 'vitest';
import { writeRecipe } from '../../src/cli/init/write.ts';
import { projectPath } from '../../src/environment/project.ts';
import type { Check } from '../../src/sandbox/setup/examine.ts';

/** What `huxley agent check` says of a folder, and what it ends with. */
async function agentCheck(folder: string): Promise<{ readonly code: number; readonly checks: readonly Check[] }> {
  const socket = inject('engineSocket');
  const env = { ...process.env, ...(socket === null ? {} : { DOCKER_HOST: `unix://${socket}` }), OPENAI_API_KEY: '' };
  const args = [projectPath('src/main.ts'), 'agent', 'check', folder, '--no-install', '--json'];
  return await new Promise((done, fail) =>
    execFile(process.execPath, args, { env }, (error, stdout, stderr) => {
      const lines = stdout.trim().split('\n');
      if (stdout.trim() === '') fail(new Error(stderr));
      else done({ code: Number(error?.code ?? 0), checks: lines.map((line) => JSON.parse(line)) });
    }),
  );
}

function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'huxley-agent-check-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

const configuration = (agent: string) =>
  `version: 1\nagent: ${agent}\nmodels: { solve: gpt-5.4-mini, modify: gpt-5.4-mini }\nlimits: { taskMinutes: 0.5 }\nbenchmark: { suite: kata }\n`;
const agent = (solve: string, files: Readonly<Record<string, string>> = {}) =>
  folderWith({
    'README.md': 'An agent.\n',
    ...files,
    '.github/huxley.yml': configuration(`{ solve: ${JSON.stringify(solve)} }`),
  });

test.each(['starter', 'python'] as const)('the recipe %s is ready', async (name) => {
  const folder = join(folderWith({}), 'agent');
  await writeRecipe(folder, name, undefined);
  const { code, checks } = await agentCheck(folder);
  expect(checks.filter(({ state }) => state !== 'ok')).toEqual([]);
  expect(checks.map((one) => one.name)).toEqual(['Configuration', 'Image', 'Check', 'Solve', 'Modify']);
  expect(code).toBe(0);
});

const CALL = `fetch(process.env.OPENAI_BASE_URL + '/chat/completions', { method: 'POST', headers: { authorization: 'Bearer ' + process.env.OPENAI_API_KEY, 'content-type': 'application/json' }, body: JSON.stringify({ model: MODEL, messages: [{ role: 'user', content: 'x' }] }) })`;
const RUN = `const text = (await (await ${CALL}).json()).choices?.[0].message.content ?? '';
require('child_process').execSync(text.split('\`\`\`bash')[1]?.split('\`\`\`')[0] ?? 'true', { cwd: CWD });`;
const node = (code: string, model = 'process.env.HUXLEY_MODEL', cwd = 'process.env.HUXLEY_WORKSPACE') =>
  `(async () => { ${code.replaceAll('MODEL', (word) => (word === 'MODEL' ? model : word)).replaceAll('CWD', cwd)} })()`;

test.each([
  ['does not start', agentOf('python3 nothing.py'), 'Solve', /did not call a model.*nothing\.py/s, /OPENAI_BASE_URL/],
  ['has no interpreter', agentOf('ruby agent.rb'), 'Solve', /exit 127.*ruby: not found/s, /agent\.build/],
  ['asks nothing', agentOf('true'), 'Solve', /It did not call a model \(exit 0\)/, /HUXLEY_MODEL/],
  [
    'asks another model',
    agentOf('node agent.cjs', node(`await ${CALL}`, "'gpt-2'")),
    'Solve',
    /403 gateway\.model/,
    /agent-contract/,
  ],
  [
    'works in another folder',
    agentOf('node agent.cjs', node(RUN, undefined, "'/tmp'")),
    'Solve',
    /answer\.txt is not in HUXLEY_WORKSPACE/,
    /bash/,
  ],
  [
    'is not configured',
    () => folderWith({ 'README.md': 'x' }),
    'Configuration',
    /huxley\.yml is missing/,
    /configuration/,
  ],
  [
    'fails to build',
    () =>
      folderWith({
        'README.md': 'x',
        '.github/huxley.yml': configuration('{ solve: "true", build: "echo no; exit 9" }'),
      }),
    'Build',
    /exit 9/,
    /fresh clone/,
  ],
  [
    'fails its check',
    () =>
      folderWith({
        'README.md': 'x',
        '.github/huxley.yml': configuration('{ solve: "true", check: "echo bad; exit 4" }'),
      }),
    'Check',
    /exit 4\nbad/,
    /Correct/,
  ],
])('an agent that %s: says so, what to do, and stops there', async (_, folder, name, detail, remedy) => {
  const { code, checks } = await agentCheck(folder());
  const last = checks.at(-1)!;
  expect(last).toMatchObject({
    name,
    state: 'missing',
    detail: expect.stringMatching(detail),
    remedy: expect.stringMatching(remedy),
  });
  expect(checks.slice(0, -1).every(({ state }) => state !== 'missing')).toBe(true);
  expect(code).toBe(1);
});

function agentOf(solve: string, code?: string): () => string {
  return () => agent(solve, code === undefined ? {} : { 'agent.cjs': code });
}

test('what an agent looks for in vain is named', async () => {
  const look = `await fetch('https://telemetry.example.com/x').catch(() => 0); ${RUN}`;
  const { code, checks } = await agentCheck(agent('node agent.cjs', { 'agent.cjs': node(look) }));
  expect(checks.find((one) => one.name === 'Network')).toMatchObject({
    state: 'note',
    detail: 'it tried to reach telemetry.example.com, without success',
  });
  expect(checks.filter(({ state }) => state === 'missing')).toEqual([]);
  expect(code).toBe(0);
});
