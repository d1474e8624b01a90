import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { writeAppFile } from '../../environment/app-file.ts';
import { projectPath } from '../../environment/project.ts';
import { filesOf } from '../../local-github/world/start-world.ts';
import { orderSigner } from '../../order/signer.ts';
import { examineRepository } from './repository.ts';

const KEY = readFileSync(join(import.meta.dirname, '../../../test/fixtures/app-key.pem'), 'utf8');
const { publicKey } = orderSigner(KEY);
const STARTER = filesOf(projectPath('examples', 'starter-agent'));
const CONFIGURATION = '.github/huxley.yml';
const whole = `${STARTER[CONFIGURATION]}app: { publicKeys: [${publicKey}] }\n`;

function checkout(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'huxley-doctor-'));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}
/** What is not all right, in words. */
async function found(files: Readonly<Record<string, string>>): Promise<string> {
  const checks = await examineRepository(checkout({ ...STARTER, [CONFIGURATION]: whole, ...files }));
  return checks
    .filter(({ state }) => state !== 'ok')
    .map(({ state, name, detail, remedy }) => `${state} ${name}: ${detail} | ${remedy}`)
    .join('\n');
}
beforeEach(() => {
  for (const name of ['PRIVATE_KEY', 'PRIVATE_KEY_PATH']) vi.stubEnv(name, '');
  vi.stubEnv('HUXLEY_HOME', mkdtempSync(join(tmpdir(), 'huxley-doctor-home-')));
});
afterEach(() => vi.unstubAllEnvs());

test('the starter agent with its key lacks nothing', async () => {
  expect(await found({})).toBe('');
});

test('a folder without a configuration is nobody’s agent', async () => {
  expect(await examineRepository(checkout({ 'README.md': 'x' }))).toEqual([]);
});

test('three mistakes in a configuration are three lines', async () => {
  const text =
    'version: 1\nagent: { solve: x }\nbenchmark: { suite: kata }\nsearch: { budgett: 1 }\nlimits:\n  hours: x\nprotect:\n  # - x\n';
  const said = await found({ [CONFIGURATION]: text });
  for (const line of [4, 6, 7]) expect(said).toContain(`.github/huxley.yml:${line}:`);
  expect(said).toMatch(/^missing Configuration/);
});

test.each<[string, Record<string, string>, RegExp]>([
  ['no key', { [CONFIGURATION]: STARTER[CONFIGURATION]! }, /missing Key of the App: .*names none/],
  [
    'a model without a price',
    { [CONFIGURATION]: whole.replace('solve: gpt-5.4-mini', 'solve: mine-1') },
    /missing Prices: no price is known for model 'mine-1'.*\| .*prices: \{ mine-1/,
  ],
  [
    'a suite that is not there',
    { [CONFIGURATION]: whole.replace('suite: kata', 'suite: nowhere') },
    /missing Suite: nowhere is neither a suite nor a folder/,
  ],
  [
    'a suite without its lock',
    { [CONFIGURATION]: whole.replace('suite: kata', 'suite: polyglot') },
    /missing Suite: .*huxley-suite\.json is missing/,
  ],
  [
    'a broken task',
    { [CONFIGURATION]: whole.replace('suite: kata', 'suite: tasks'), 'tasks/a/task.yml': 'runner: nonsense\n' },
    /missing Suite: .*a/,
  ],
  [
    'an image by a tag',
    { [CONFIGURATION]: whole.replace('check: node --test', 'check: node --test\n  image: acme/agent:latest') },
    /note Image: acme\/agent:latest can point to another/,
  ],
  [
    'a Dockerfile that is not there',
    { [CONFIGURATION]: whole.replace('check: node --test', 'check: node --test\n  image: ./Dockerfile') },
    /missing Image: \.\/Dockerfile is missing/,
  ],
  [
    'a workflow of an older version',
    {
      '.github/workflows/huxley.yml':
        'on: workflow_dispatch\nrun-name: ${{ fromJSON(inputs.order).nonce }}\njobs: {}\n',
    },
    /missing Workflow: .*digest of their orders/,
  ],
])('%s is said, with what to do', async (_, files, expected) => {
  expect(await found(files)).toMatch(expected);
});

test('a key that is not the App’s is said where the App’s is known', async () => {
  vi.stubEnv('PRIVATE_KEY', KEY);
  expect(await found({})).toBe('');
  const other = `ed25519:${'A'.repeat(43)}`;
  expect(await found({ [CONFIGURATION]: whole.replace(publicKey, other) })).toContain(
    `app: { publicKeys: [${other}, ${publicKey}] }`,
  );
});

test('a key in a file, or that serve keeps, is compared as well', async () => {
  const other = { [CONFIGURATION]: whole.replace(publicKey, `ed25519:${'A'.repeat(43)}`) };
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const app = { appId: 7, privateKey: KEY, webhookSecret: 's', slug: 'h', clientId: 'c', clientSecret: 's' };
  writeAppFile(process.env, { ...app, apiURL: 'https://api.github.com' });
  expect(await found({})).toBe('');
  expect(await found(other)).toMatch(/^note Key of the App: the key of the App in .*app\.json is not among/);
  vi.stubEnv('PRIVATE_KEY_PATH', join(mkdtempSync(join(tmpdir(), 'huxley-doctor-key-')), 'key.pem'));
  expect(await found({})).toMatch(/^missing Key of the App: PRIVATE_KEY_PATH cannot be read/);
  writeFileSync(process.env.PRIVATE_KEY_PATH!, privateKey.export({ type: 'pkcs8', format: 'pem' }));
  expect(await found({})).toMatch(/^missing Key of the App: the key of PRIVATE_KEY_PATH is not among/);
});

test('a Dockerfile of the repository needs no digest', async () => {
  const text = whole.replace('check: node --test', 'check: node --test\n  image: ./Dockerfile');
  expect(await found({ [CONFIGURATION]: text, Dockerfile: 'FROM scratch\n' })).toBe('');
});
