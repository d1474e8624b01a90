import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Octokit } from '@octokit/rest';
import { expect, inject, test } from 'vitest';
import { projectPath } from '../../src/environment/project.ts';
import { REHEARSAL_MODEL, startRehearsal } from '../../src/rehearsal/server.ts';
import { openSqliteForReading } from '../../src/store/sqlite.ts';
import { endsWithTest } from '../support/ends-with-test.ts';
import { until } from '../support/world.ts';

const home = mkdtempSync(join(tmpdir(), 'huxley-by-hand-'));

/** A command of the documentation, in the environment of a person. */
function huxley(args: readonly string[], env: Readonly<Record<string, string>> = {}): ChildProcess {
  const socket = inject('engineSocket');
  return endsWithTest(
    spawn(process.execPath, [projectPath('src', 'main.ts'), ...args], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: {
        PATH: process.env.PATH,
        HOME: process.env.HOME,
        HUXLEY_HOME: home,
        ...(socket === null ? {} : { DOCKER_HOST: `unix://${socket}` }),
        ...env,
      },
    }),
  );
}

test("the README's installation, step by step, on a local GitHub: a job runs, and its result arrives", {
  timeout: 300_000,
}, async () => {
  await using model = await startRehearsal({ seed: 1 });
  // 1 to 3: an agent, its configuration and the workflow. The model is a rehearsal.
  const agent = join(home, 'agent');
  cpSync(projectPath('examples', 'starter-agent'), agent, { recursive: true });
  writeFileSync(
    join(agent, '.github', 'huxley.yml'),
    `version: 1
agent:
  solve: node agent.ts
  check: node --test
models: { solve: ${REHEARSAL_MODEL}, modify: ${REHEARSAL_MODEL}, diagnose: ${REHEARSAL_MODEL}, baseURL: "${model.baseURL}" }
benchmark: { suite: kata, holdout: 0.4 }
search: { budget: 4, concurrency: 1, batch: 1 }
limits: { costUSD: 50 }
`,
  );
  const port = 20_000 + (process.pid % 20_000);
  const github = huxley([
    ...['local', 'github', '--json', '--port', '0', '--dir', join(home, 'github'), '--from', agent],
    ...['--webhook', `http://127.0.0.1:${port}/api/github/webhooks`],
  ]);
  const lines: string[] = [];
  createInterface(github.stdout!).on('line', (line) => lines.push(line));
  const ready = JSON.parse(
    await until(async () => lines.find((line) => line.includes('"ready"')), 'the local GitHub', 120),
  );
  const token = readFileSync(ready.token, 'utf8').trim();
  const octokit = new Octokit({ auth: token, baseUrl: ready.apiUrl });
  const at = { owner: 'you', repo: 'agent' };

  // 4: the Environment, and the key in it, as on the settings page.
  const settings = `${ready.url}/you/agent/settings`;
  const post = async (form: Record<string, string>) => {
    const answer = await fetch(settings, { method: 'POST', body: new URLSearchParams(form) });
    return { status: answer.status, text: await answer.text() };
  };
  const secret = { do: 'secret', environment: 'huxley', name: 'OPENAI_API_KEY', value: 'sk-by-hand' };
  expect((await post({ ...secret, token: 'ghp_of_nobody' })).status).toBe(403);
  expect((await post({ ...secret, token })).status).toBe(404);
  expect((await post({ do: 'environment', environment: 'huxley', branch: 'main', token })).text).toContain('is saved');
  expect((await post({ ...secret, token })).status).toBe(200);
  const page = await (await fetch(settings)).text();
  expect(page).toContain('OPENAI_API_KEY');
  expect(page).not.toContain('sk-by-hand');
  const kept = await octokit.rest.actions.listEnvironmentSecrets({ ...at, environment_name: 'huxley' });
  expect(kept.data.secrets.map(({ name }) => name)).toEqual(['OPENAI_API_KEY']);

  // 5: the App, with the environment that was written for it.
  const given = Object.fromEntries(
    readFileSync(ready.environment, 'utf8')
      .trim()
      .split('\n')
      .map((line) => /^(\w+)="?(.*?)"?$/.exec(line)!.slice(1) as [string, string]),
  );
  const app = huxley(['serve'], {
    ...given,
    HOST: '127.0.0.1',
    PORT: String(port),
    LOG_LEVEL: 'warn',
    HUXLEY_SWEEP_SECONDS: '3',
  });
  app.stdout!.resume();
  const answers = () =>
    fetch(`http://127.0.0.1:${port}/ready`).then(
      ({ ok }) => ok || undefined,
      () => undefined,
    );
  await until(answers, 'the App to be ready', 120);

  // 6: the command, and what comes of it.
  const issue = (await octokit.rest.issues.create({ ...at, title: 'Improve the agent' })).data.number;
  await octokit.rest.issues.createComment({ ...at, issue_number: issue, body: '/huxley run seed=1' });
  const said = async () =>
    (await octokit.rest.issues.listComments({ ...at, issue_number: issue })).data.map(({ body }) => body!);
  expect(await until(async () => (await said()).find((body) => body.includes('huxley:reply')), 'a reply')).toContain(
    'has started',
  );
  const result = await until(
    async () => {
      await using store = openSqliteForReading(join(home, 'journal.sqlite'));
      const entries = await store.read({ repository: 'you/agent', run: `r${issue}` });
      return entries
        .map(({ event }) => event)
        .find(({ type }) => type === 'evaluation.done' || type === 'evaluation.noResult');
    },
    'the first result',
    240,
  );
  expect(result).toMatchObject({ type: 'evaluation.done', variant: 'v0' });
  for (const child of [app, github]) {
    const exit = once(child, 'exit');
    child.kill('SIGTERM');
    await Promise.race([exit, new Promise((resolve) => setTimeout(resolve, 20_000))]);
    child.kill('SIGKILL');
  }
  rmSync(home, { recursive: true, force: true });
});
