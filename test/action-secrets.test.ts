import { expect, test, vi } from 'vitest';
import { readInputs } from '../action/src/inputs.ts';
import { parseSecrets, secretOf } from '../action/src/secrets.ts';

test('secrets are read by name; empty lines and empty values pass', () => {
  const text = '\nANTHROPIC_API_KEY=sk-ant-1=2\r\n\n  NPM_TOKEN = npm_3 \n_EMPTY=\n';
  expect([...parseSecrets(text)]).toEqual([
    ['ANTHROPIC_API_KEY', 'sk-ant-1=2'],
    ['NPM_TOKEN', 'npm_3'],
    ['_EMPTY', ''],
  ]);
  expect(parseSecrets('').size).toBe(0);
});

test.each([
  ['no name', 'A=1\nsk-planted-secret\n', 'Line 2 of the input secrets is not NAME=value'],
  ['a name in small letters', 'sk_planted_secret=1', 'Line 1 of the input secrets is not NAME=value'],
  ['a second line of a value', 'A=1\n\nMIIplanted+secret/==', 'Line 3 of the input secrets is not NAME=value'],
  ['a name again', 'A=1\nA=sk-planted-secret', 'Line 2 of the input secrets names A again'],
])('a line that has %s is refused at its place, without what it holds', (_, text, message) => {
  expect(() => parseSecrets(text)).toThrow(expect.objectContaining({ code: 'action.input', message }));
  const thrown = (() => {
    try {
      return parseSecrets(text);
    } catch (error) {
      return JSON.stringify([error, String(error), (error as { remedy: string }).remedy]);
    }
  })();
  expect(thrown).not.toMatch(/planted.secret/);
});

test.each([
  ['not among', new Map(), "not among the workflow's `secrets:`"],
  ['empty', new Map([['A_KEY', '']]), 'is empty'],
])('a secret that is %s is named, with where it belongs', (_, secrets, words) => {
  expect(() => secretOf(secrets, 'A_KEY', 'the provider a')).toThrow(
    expect.objectContaining({
      code: 'action.key',
      message: expect.stringContaining(words),
      remedy: expect.stringMatching(/Environment.*secrets: A_KEY=\$\{\{ secrets\.A_KEY \}\}/),
    }),
  );
});

test('every secret is masked, and leaves the environment', () => {
  const said: string[] = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => said.push(String(text)) > 0);
  for (const [name, value] of Object.entries({ ORDER: '{}', 'OPENAI-API-KEY': 'sk-1', SECRETS: 'A_KEY=sk-2\nB=\n' }))
    vi.stubEnv(`INPUT_${name}`, value);
  try {
    expect([...readInputs().secrets]).toEqual([
      ['A_KEY', 'sk-2'],
      ['B', ''],
    ]);
    expect(Object.keys(process.env).filter((name) => name.startsWith('INPUT_'))).toEqual([]);
  } finally {
    vi.restoreAllMocks();
    vi.unstubAllEnvs();
  }
  const masked = said.filter((line) => line.startsWith('::add-mask::')).map((line) => line.trim());
  expect(masked).toEqual(['::add-mask::sk-1', '::add-mask::sk-2']);
});
