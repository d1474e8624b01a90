import fc from 'fast-check';
import { expect, it } from 'vitest';
import { HuxleyError } from '../../../model/error.ts';
import { hostsOf, inVain } from '../network.ts';
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
const network = { agent: ['pypi.org', '*.debian.org:80'], verifier: ['pypi.org'] };
const refused = (text: string) =>
  messageOf(() => read(text)) ?? unsupported('t/task.toml', text, read(text), network)?.message;

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
  [
    'schema_version = "2.0"',
    "t/task.toml:1: schema_version: '2.0' is not a supported schema version: those up to 1.4 are",
  ],
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
    '[environment]\nnetwork_mode = "allowlist"\nallowed_hosts = ["pypi.org", "deb.debian.org"]',
    't/task.toml:3: environment.allowed_hosts: deb.debian.org is not among the hosts of `benchmark.network.verifier`',
  ],
  [
    '[[steps]]\nname = "a"\n[steps.agent]\nnetwork_mode = "allowlist"\nallowed_hosts = ["evil.org"]',
    't/task.toml:5: steps.0.agent.allowed_hosts: evil.org is not among the hosts of `benchmark.network.agent`',
  ],
  [
    '[verifier.env]\nKEY = "${KEY}"',
    "t/task.toml:2: verifier.env.KEY: '${KEY}' needs a variable of the machine, and none are passed on",
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

it('gives each phase of a task the hosts that it asks for and the owner allows', () => {
  const of = (text: string) =>
    (['agent', 'verifier'] as const).map((phase) => hostsOf(read(text), phase, 0, network).map(({ name }) => name));
  expect(of('')).toEqual([['pypi.org', '*.debian.org'], ['pypi.org']]);
  expect(of('environment.allow_internet = false')).toEqual([[], []]);
  expect(of('environment.allow_internet = false\nagent.network_mode = "public"')).toEqual([
    network.agent.map((host) => host.replace(':80', '')),
    [],
  ]);
  const listed = 'network_mode = "allowlist"\nallowed_hosts = ["deb.debian.org"]';
  expect(of(`[agent]\n${listed}\n[verifier]\nnetwork_mode = "no-network"`)).toEqual([['deb.debian.org'], []]);
  expect(of(`[[steps]]\nname = "a"\n[steps.agent]\n${listed}`)).toEqual([['deb.debian.org'], ['pypi.org']]);
});

it('says what a task asks for in vain', () => {
  const none = { agent: [], verifier: [] };
  const file = read('environment.allow_internet = true');
  expect(inVain(file, none)).toBe(
    'It asks for the network (environment.allow_internet), and `benchmark.network.agent` and `benchmark.network.verifier` in .github/huxley.yml name no host: there was none.',
  );
  expect(inVain(file, { ...none, agent: ['pypi.org'] })).toContain(
    ', and `benchmark.network.verifier` in .github/huxley.yml names no host',
  );
  expect(inVain(read(''), none)).toContain('Its task.toml does not rule the network out, and ');
  expect([inVain(file, network), inVain(read('environment.network_mode = "no-network"'), none)]).toEqual(['', '']);
});
