import { stringify } from 'yaml';
import { CONFIGURATION_PATH, readPublicKeys } from '../../../config/configuration.ts';
import { readYaml } from '../../../config/read-yaml.ts';
import { HuxleyError } from '../../../model/error.ts';
import { keyLine } from '../../../run/work/signing-key.ts';
import type { Choices } from './choices.ts';

const NO_KEY = '# app: { publicKeys: [ed25519:...] }';
/** How a configuration leaves room for the key: the recipes', and this one. */
const ROOM = /^# app: .*$/m;

/** The text of a repository's first `.github/huxley.yml`. */
export function configurationText(choices: Choices, publicKey: string | null): string {
  const { solve, check, build, inputs, allow, suite, budgetUSD, isCli } = choices;
  const agent = [
    ...(build === null
      ? []
      : ['# Once for the same lock files, with no network but registries.', `build: ${scalar(build)}`]),
    ...(inputs === undefined ? [] : [`inputs: ${flow(inputs)}`]),
    `solve: ${scalar(solve)}`,
    ...(check === null
      ? ['# Quick, without a model: notices a variant that does not start.', '# check: npm test']
      : [`check: ${scalar(check)}`]),
  ];
  const limits = isCli
    ? `{ taskMinutes: 10, costUSD: ${budgetUSD}, taskCostUSD: 1, memoryMB: 4096, pids: 1024 }`
    : `{ taskMinutes: 5, costUSD: ${budgetUSD}, taskCostUSD: 0.25 }`;
  return `# How Huxley runs, measures and rewrites this agent. Every key: docs/configuration.md of Huxley.
version: 1
# Only orders signed with this key are carried out. Without one, \`/huxley run\` answers with the line.
${publicKey === null ? NO_KEY : keyLine([publicKey])}
agent:
${agent.map((line) => `  ${line}`).join('\n')}
${modelLines(choices)}
benchmark: { suite: ${scalar(suite)}, holdout: 0.3 }
search: { policy: huxley, budget: 120, concurrency: 4, batch: 4 }
limits: ${limits}
${allow.length === 0 ? '' : `# What configures the agent has a name that begins with a dot; variants may change it all the same.\nallow: ${flow(allow)}\n`}`;
}

/**
 * A configuration that names the key: the same where it does already, with its line where it names none.
 * @throws HuxleyError `init.key` where it names another
 */
export function withKey(text: string, publicKey: string): string {
  const known = readPublicKeys(text);
  if (known.includes(publicKey)) return text;
  const yaml = readYaml(text);
  const hasApp = yaml.ok && typeof yaml.value === 'object' && yaml.value !== null && 'app' in yaml.value;
  if (hasApp)
    throw new HuxleyError(
      'init.key',
      `${CONFIGURATION_PATH} does not name the key that orders are signed with now.`,
      `Make its line this: \`${keyLine([...known, publicKey])}\`.`,
    );
  const line = keyLine([publicKey]);
  return ROOM.test(text)
    ? text.replace(ROOM, () => line)
    : text.replace(/^version:.*$/m, (version) => `${version}\n${line}`);
}

const ANTHROPIC =
  'providers:\n    anthropic: { baseURL: https://api.anthropic.com/v1, key: ANTHROPIC_API_KEY, api: messages }';

export const isClaude = (model: string) => model.startsWith('claude-');

function modelLines({ model, isCli, baseURL }: Choices): string {
  const claude = isClaude(model);
  const ref = (name: string) => (claude ? `{ provider: anthropic, model: ${name} }` : scalar(name));
  const small = (claude ? ['claude-haiku-4-5', 'claude-sonnet-5'] : ['gpt-5.4-mini', 'gpt-5.4']).find(
    (name) => name !== model,
  )!;
  const able = model.startsWith('gpt-') ? 'gpt-5.4' : model;
  const solve = isCli ? `[${ref(model)}, ${ref(small)}]` : ref(model);
  const modify = isCli ? solve : ref(able);
  const endpoint = baseURL === null ? '' : `, baseURL: ${scalar(baseURL)}`;
  if (!claude) return `models: { solve: ${solve}, modify: ${modify}, diagnose: ${ref(able)}${endpoint} }`;
  return `models:\n  ${ANTHROPIC}\n  solve: ${solve}\n  modify: ${modify}\n  diagnose: ${ref(able)}`;
}

const scalar = (text: string) => stringify(text, { lineWidth: 0, defaultStringType: 'PLAIN' }).trimEnd();
const flow = (list: readonly string[]) => `[${list.map((item) => JSON.stringify(item)).join(', ')}]`;
