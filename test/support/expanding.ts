import { chatAnswer, type FakeEndpoint, fakeEndpoint, sendJson } from './endpoint.ts';

/** An agent that, asked to modify itself, runs the shell commands the model answers with. */
export const OBEDIENT_AGENT = `
import { execSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
const e = process.env;
const response = await fetch(e.OPENAI_BASE_URL + '/chat/completions', {
  method: 'POST',
  headers: { authorization: 'Bearer ' + e.OPENAI_API_KEY, 'content-type': 'application/json' },
  body: JSON.stringify({
    model: e.HUXLEY_MODEL,
    messages: [{ role: 'user', content: readFileSync(e.HUXLEY_TASK, 'utf8') }],
    max_completion_tokens: 100,
  }),
});
if (!response.ok) throw new Error(await response.text());
const { choices } = await response.json();
execSync(choices[0].message.content, { cwd: e.HUXLEY_WORKSPACE, stdio: 'inherit' });
`;

export const DIAGNOSIS = {
  summary: 'The agent gave up after its first try.',
  considered: ['try again', 'read more'],
  title: 'Try again after a failure',
  proposal: 'When a command fails, try once more. The loop is in agent.mjs.',
};

/** A model that answers diagnoses with `diagnosis` and everything else with `commands`. */
export function expandingEndpoint(commands: string, diagnosis: unknown = DIAGNOSIS): Promise<FakeEndpoint> {
  return fakeEndpoint(({ body }, response) =>
    sendJson(response, chatAnswer('response_format' in body ? JSON.stringify(diagnosis) : commands)),
  );
}
