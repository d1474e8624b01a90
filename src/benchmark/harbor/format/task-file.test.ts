import fc from 'fast-check';
import { expect, it } from 'vitest';
import { HuxleyError } from '../../../model/error.ts';
import { lineOf } from './line-of.ts';
import { readTaskFile, sizesOf } from './task-file.ts';
import { unsupported, withDefaults } from './unsupported.ts';

const FULL = `schema_version = "1.4"
artifacts = ["/app/out.txt", { source = "/app/log", destination = "log" }]
[task]
name = "acme/sum"
version = "1.2.0"
authors = [{ name = "Ada" }]
[metadata]
difficulty = "easy"
note = """
[environment]
gpus = 9
"""
[verifier]
timeout_sec = 120.0
env = { TZ = "\${TZ:-UTC}" }
[agent]
timeout_sec = 60
user = "root"
[environment]
build_timeout_sec = 300
cpus = 2
memory_mb = 2048
storage_mb = 4096
gpus = 0
network_mode = "no-network"
workdir = "/app"
future_key = 1
[solution.env]
DEBUG = "1"
`;

const messageOf = (work: () => unknown) => {
  try {
    work();
  } catch (error) {
    if (error instanceof HuxleyError) return error.message;
    throw error;
  }
  return null;
};
const read = (text: string) => readTaskFile('t/task.toml', text);
const refused = (text: string) => messageOf(() => read(text)) ?? unsupported('t/task.toml', text, read(text))?.message;

it('reads all sections of the newest schema, and none of what it does not know', () => {
  const file = read(FULL);
  expect(refused(FULL)).toBeUndefined();
  expect(file.verifier).toMatchObject({ timeout_sec: 120, env: { TZ: '${TZ:-UTC}' } });
  expect(file.environment).not.toHaveProperty('future_key');
  expect(sizesOf(file)).toEqual({ memoryMB: 2048, storageMB: 4096 });
  expect(withDefaults('a ${X:-b} c')).toBe('a b c');
});

it.each([
  '',
  'version = "1"',
  'version = "2.0"',
  'version = "1.0"',
  'version = 1.1',
  'schema_version = "1.2"',
  'schema_version = "1.3"',
])('reads a file that says %j, and gives what is left out its default', (head) => {
  const file = read(`${head}\n[environment]\nmemory = "2G"\nstorage = "512MB"\n`);
  expect(file).toMatchObject({ verifier: { timeout_sec: 600 }, steps: [], environment: { os: 'linux' } });
  expect(sizesOf(file)).toEqual({ memoryMB: 2048, storageMB: 512 });
});

it.each([
  ['schema_version = "2.0"', "t/task.toml:1: schema_version: '2.0' is no schema that is read: those up to 1.4 are"],
  ['[agent]\n\ntimeout_sec = -1', 't/task.toml:3: agent.timeout_sec: Too small: expected number to be >0'],
  ['[environment]\ncpus = "two"', 't/task.toml:2: environment.cpus: Invalid input: expected number, received string'],
  ['environment.memory = "lots"', 't/task.toml:1: environment.memory: must be a size such as 512M or 2G'],
  ['[a]\nb = 1\nb = 2', 't/task.toml:3: not TOML: trying to redefine an already defined table or value'],
  ['[environment]\ngpus = 1', 't/task.toml:2: environment.gpus: containers have no GPU'],
  ['[environment]\nos = "Windows"', 't/task.toml:2: environment.os: Windows containers are not run'],
  ['[[steps]]\nname = "../x"', /^t\/task\.toml:2: steps\.0\.name: must name a folder in steps\//],
  ['[[steps]]\nname = "a"\n[[steps]]\nname = "a"', "t/task.toml:4: steps.1.name: another step is called 'a'"],
  [
    '[[steps]]\nname = "a"\n[steps.healthcheck]\ncommand = "true"',
    't/task.toml:3: steps.0.healthcheck: no service of the image is started',
  ],
  [
    '[[steps]]\nname = "a"\n[[steps]]\nname = "b"\n[steps.verifier]\nenvironment_mode = "separate"',
    't/task.toml:6: steps.1.verifier.environment_mode: verifiers of an environment of their own are not run yet',
  ],
  [
    '[verifier]\nenvironment_mode = "separate"',
    't/task.toml:2: verifier.environment_mode: verifiers of an environment of their own are not run yet',
  ],
  [
    '[verifier.environment]\ncpus = 1',
    't/task.toml:1: verifier.environment: verifiers of an environment of their own are not run yet',
  ],
  [
    '[environment]\nnetwork_mode = "allowlist"\nallowed_hosts = ["pypi.org"]',
    't/task.toml:2: environment.network_mode: containers have no network, and no list of hosts opens one yet',
  ],
  [
    '[verifier.env]\nKEY = "${KEY}"',
    "t/task.toml:2: verifier.env.KEY: '${KEY}' wants a variable of the machine, and none is passed on",
  ],
])('refuses %j with its line, key and reason', (text, message) => {
  expect(refused(text)).toEqual(typeof message === 'string' ? message : expect.stringMatching(message));
});

it('finds lines in arrays of tables, after texts of several lines, and for keys that are not there', () => {
  const text = "[[steps]]\nname = 'a'\n[steps.agent]\nuser = 1\n[[steps]]\nname = 'b'\n[steps.agent]\nuser = 2\n";
  expect(lineOf(text, ['steps', 1, 'agent', 'user'])).toBe(8);
  expect(lineOf(FULL, ['environment', 'gpus'])).toBe(24);
  expect(lineOf(FULL, ['environment', 'tpu'])).toBe(19);
  expect(lineOf(FULL, ['steps'])).toBeNull();
});

it('throws nothing but errors that name the file, whatever it is given', () => {
  const piece = fc.oneof(
    fc.constantFrom('[environment]', '[[steps]]', 'cpus =', 'env', '= {', '}', '"""', "'", '1.5', '\n', '[', ']'),
    fc.string({ unit: 'binary', maxLength: 8 }),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
      expect(messageOf(() => read(pieces.join(' '))) ?? 't/task.toml').toMatch(/^t\/task\.toml/);
    }),
    { numRuns: 200 },
  );
});
