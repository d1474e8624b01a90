import { expect, test } from 'vitest';
import { goThroughProxy, proxyVariables } from './proxy.ts';

const HERE = 'localhost,127.0.0.1,127.0.0.1-127.255.255.255,0.0.0.0,::1,[::1]';

test.each<[string, Record<string, string>, Record<string, string>]>([
  ['none', { NO_PROXY: 'a', HTTPS_PROXY: '' }, {}],
  ['one for nothing', { HTTPS_PROXY: 'http://p:1', NO_PROXY: '*' }, {}],
  [
    'either case, the lower one first, and one without a scheme',
    { HTTPS_PROXY: 'http://p:1', https_proxy: 'q:2', HTTP_PROXY: 'http://p:1', NO_PROXY: '.corp' },
    { http_proxy: 'http://p:1', https_proxy: 'http://q:2', no_proxy: `.corp,${HERE}` },
  ],
  [
    'an engine on another machine',
    { https_proxy: 'http://p:1', DOCKER_HOST: 'tcp://10.0.0.5:2376' },
    { https_proxy: 'http://p:1', no_proxy: `${HERE},10.0.0.5` },
  ],
  [
    'an engine on a socket',
    { https_proxy: 'http://p:1', DOCKER_HOST: 'unix:///var/run/docker.sock' },
    { https_proxy: 'http://p:1', no_proxy: HERE },
  ],
])('the proxy of an environment: %s', (_, env, variables) => {
  expect(proxyVariables(env)).toEqual(variables);
});

test('a proxy that cannot be used is said without its password', () => {
  const said = goThroughProxy({ HTTPS_PROXY: 'socks5://me:secret@p:1' });
  expect(said).toContain('HTTPS_PROXY');
  expect(said).not.toContain('secret');
  expect(goThroughProxy({})).toBeNull();
});
