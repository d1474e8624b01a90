import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, inject, onTestFinished, test } from 'vitest';
import { projectPath } from '../../src/environment/project.ts';
import { chatAnswer, fakeEndpoint, sendJson } from '../support/endpoint.ts';

/** What `huxley doctor --preflight` says of an agent with a check and a model that answers so. */
async function doctor(check: string, answers: boolean) {
  const folder = mkdtempSync(join(tmpdir(), 'huxley-doctor-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  await using endpoint = await fakeEndpoint((_, response) =>
    answers
      ? sendJson(response, chatAnswer('yes'))
      : sendJson(response, JSON.stringify({ error: { message: 'no such key' } }), 401),
  );
  const files = {
    'agent.sh': 'echo hello\n',
    '.github/huxley.yml': `version: 1\nagent: { solve: sh agent.sh, check: '${check}' }\nmodels: { solve: my-model, prices: { my-model: { input: 1, output: 4 } } }\nbenchmark: { suite: kata }\n`,
  };
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  const socket = inject('engineSocket');
  const engine = socket === null ? {} : { DOCKER_HOST: `unix://${socket}` };
  const env = { ...process.env, ...engine, OPENAI_BASE_URL: endpoint.baseURL, OPENAI_API_KEY: 'sk-of-the-test' };
  const args = ['doctor', '--repository', folder, '--preflight', '--no-install', '--json'];
  return await new Promise<{ code: number; checks: Record<string, { state: string; detail: string }> }>((done, fail) =>
    execFile(process.execPath, [projectPath('src/main.ts'), ...args], { env }, (error, stdout, stderr) => {
      try {
        const lines = stdout
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line));
        done({ code: Number(error?.code ?? 0), checks: Object.fromEntries(lines.map((one) => [one.name, one])) });
      } catch {
        fail(new Error(stdout + stderr));
      }
    }),
  );
}

test('doctor tries what the first job would: the check in its image, a call to each model, every task', async () => {
  const { checks } = await doctor('sh agent.sh', true);
  expect(checks['First job']).toMatchObject({
    state: 'ok',
    detail: expect.stringMatching(/the root passes its check, each model answers \(\$0\.\d+\)$/),
  });
});

test('what the first job would stumble over is said before anything is ordered', async () => {
  const { code, checks } = await doctor('echo broken on purpose; exit 3', false);
  expect(code).toBe(1);
  expect(checks['Check of the root']).toMatchObject({
    state: 'missing',
    detail: expect.stringContaining('broken on purpose'),
  });
  expect(checks.Models).toMatchObject({
    state: 'missing',
    detail: expect.stringContaining('failed: 401'),
  });
});
