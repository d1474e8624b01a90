import { execFile, execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { startGateway } from '../../src/gateway/gateway.ts';
import type { TranscriptEntry } from '../../src/gateway/record/transcript.ts';
import { type Script, scriptedModel } from '../../src/rehearsal/scripted/model.ts';

/** Agents that people use, as npm has them, behind the gateway: `npm run test:clis` downloads about a gigabyte. */
interface Agent {
  readonly package: string;
  readonly version: string;
  readonly program: string;
  readonly models: readonly [main: string, small: string];
  /** The tool that writes the answer, and what it is given. */
  readonly script: (folder: string) => Script;
  readonly path: string;
  /** Arguments and environment, once its configuration lies in its home or in the workspace. */
  configure(place: { home: string; workspace: string; baseURL: string; token: string }): {
    readonly args: readonly string[];
    readonly env: Readonly<Record<string, string>>;
  };
}

const TASK = 'Write 42 into answer.txt';
const calling =
  (tool: RegExp, input: object): Script =>
  ({ tools, called }) => {
    const name = called ? undefined : tools.find((one) => tool.test(one.name))?.name;
    return name === undefined ? { words: 'Done.' } : { call: name, input };
  };
const shell = (input: object) => () => calling(/^(exec_command|bash)$/, input);

const AGENTS: readonly Agent[] = [
  {
    ...{ package: '@anthropic-ai/claude-code', version: '2.1.332', program: 'claude', path: '/v1/messages' },
    models: ['claude-sonnet-4-5', 'claude-haiku-4-5'],
    script: (folder) => calling(/^Write$/, { file_path: join(folder, 'answer.txt'), content: '42\n' }),
    configure: ({ baseURL, token }) => ({
      args: ['-p', TASK, '--dangerously-skip-permissions'],
      env: {
        ...{ ANTHROPIC_BASE_URL: baseURL.replace(/\/v1$/, ''), ANTHROPIC_API_KEY: token, IS_SANDBOX: '1' },
        ...{ ANTHROPIC_MODEL: 'claude-sonnet-4-5', ANTHROPIC_DEFAULT_HAIKU_MODEL: 'claude-haiku-4-5' },
        ...{ CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1', DISABLE_AUTOUPDATER: '1' },
      },
    }),
  },
  {
    ...{ package: '@openai/codex', version: '0.171.0', program: 'codex', path: '/v1/responses' },
    models: ['gpt-5.4', 'gpt-5.4-mini'],
    script: shell({ cmd: 'echo 42 > answer.txt' }),
    configure: ({ home, baseURL, token }) => {
      mkdirSync(join(home, '.codex'));
      const provider = `[model_providers.huxley]
name = "Huxley"
base_url = "${baseURL}"
env_key = "OPENAI_API_KEY"
wire_api = "responses"
`;
      writeFileSync(
        join(home, '.codex/config.toml'),
        `model = "gpt-5.4"
model_provider = "huxley"
approval_policy = "never"
sandbox_mode = "danger-full-access"
check_for_update_on_startup = false
web_search = "disabled"
[analytics]
enabled = false
${provider}`,
      );
      return { args: ['exec', '--skip-git-repo-check', TASK], env: { OPENAI_API_KEY: token } };
    },
  },
  {
    ...{ package: 'opencode-ai', version: '1.18.33', program: 'opencode', path: '/v1/chat/completions' },
    models: ['gpt-5.4', 'gpt-5.4-mini'],
    script: shell({ command: 'echo 42 > answer.txt', description: 'Write the answer' }),
    configure: ({ workspace, baseURL, token }) => {
      const provider = {
        ...{ npm: '@ai-sdk/openai-compatible', name: 'Huxley', options: { baseURL, apiKey: token } },
        models: { 'gpt-5.4': {}, 'gpt-5.4-mini': {} },
      };
      const configuration = {
        ...{ autoupdate: false, share: 'disabled', permission: 'allow', provider: { huxley: provider } },
        ...{ model: 'huxley/gpt-5.4', small_model: 'huxley/gpt-5.4-mini' },
      };
      writeFileSync(join(workspace, 'opencode.json'), JSON.stringify(configuration));
      const off = ['AUTOUPDATE', 'MODELS_FETCH', 'LSP_DOWNLOAD', 'DEFAULT_PLUGINS'];
      const env = Object.fromEntries(off.map((name) => [`OPENCODE_DISABLE_${name}`, '1']));
      return { args: ['run', TASK], env };
    },
  },
  {
    ...{ package: '@mariozechner/pi-coding-agent', version: '0.73.1', program: 'pi', path: '/v1/chat/completions' },
    models: ['gpt-5.4', 'gpt-5.4-mini'],
    script: shell({ command: 'echo 42 > answer.txt' }),
    configure: ({ home, baseURL, token }) => {
      const nothing = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 };
      const model = {
        ...{ id: 'gpt-5.4', name: 'GPT', reasoning: false, input: ['text'], cost: nothing },
        ...{ contextWindow: 200_000, maxTokens: 16_000 },
      };
      const provider = { baseUrl: baseURL, api: 'openai-completions', apiKey: 'OPENAI_API_KEY', models: [model] };
      mkdirSync(join(home, '.pi/agent'), { recursive: true });
      writeFileSync(join(home, '.pi/agent/models.json'), JSON.stringify({ providers: { huxley: provider } }));
      const args = ['--provider', 'huxley', '--model', 'gpt-5.4', '--no-session', '--offline', '-p', TASK];
      return { args, env: { OPENAI_API_KEY: token } };
    },
  },
];

/** The program of a package, installed once for all runs of these tests. */
function installed({ package: name, version, program }: Agent): string {
  const folder = join(tmpdir(), 'huxley-clis', `${name.replace(/\W+/g, '-')}-${version}`);
  const file = join(folder, 'node_modules/.bin', program);
  if (!existsSync(file)) execFileSync('npm', ['install', '--no-save', '--prefix', folder, `${name}@${version}`]);
  return file;
}

test.each(AGENTS)('$package works behind the gateway as npm has it', { timeout: 600_000 }, async (agent) => {
  const program = installed(agent);
  const place = (what: string) => {
    const folder = mkdtempSync(join(tmpdir(), `huxley-cli-${what}-`));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    return folder;
  };
  const [home, workspace] = [place('home'), place('workspace')];
  await using model = await scriptedModel(agent.script(workspace));
  const entries: TranscriptEntry[] = [];
  const gateway = await startGateway({
    ...{ upstream: { baseURL: model.baseURL, apiKey: 'sk-planted-0123456789' }, models: agent.models },
    ...{ budget: { costUSD: 0.5 }, transcript: (entry) => entries.push(entry) },
  });
  onTestFinished(() => gateway.close());
  const token = gateway.token('task');
  const { args, env } = agent.configure({ home, workspace, baseURL: gateway.baseURL, token });
  const run = promisify(execFile)(program, args, {
    ...{ cwd: workspace, env: { PATH: process.env.PATH, HOME: home, ...env }, timeout: 120_000 },
  });
  run.child.stdin?.end();
  const { stdout } = await run;
  expect(stdout).toContain('Done.');
  expect(readFileSync(join(workspace, 'answer.txt'), 'utf8')).toBe('42\n');
  expect(gateway.usage()).toMatchObject({ errors: {} });
  expect(entries.every(({ status }) => status === 200)).toBe(true);
  const asked = entries.filter(({ path, model }) => path === agent.path && model === agent.models[0]);
  expect(asked).toHaveLength(2);
  // What the provider was asked and what was paid agree: 20,100 tokens in and 20 out, for each answer.
  expect(gateway.usage()).toMatchObject({ inputTokens: 20_100 * entries.length, outputTokens: 20 * entries.length });
});
