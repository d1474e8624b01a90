import { expect, test } from 'vitest';
import { engineEnvironment } from './engine.ts';

test('a job reaches the engine that was chosen here, by address, by context and with its certificates', () => {
  const tls = { DOCKER_HOST: 'tcp://far:2376', DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: '/certificates' };
  expect(engineEnvironment({ ...tls, OPENAI_API_KEY: 'no part of it' })).toEqual({
    ...tls,
    DOCKER_CONFIG: expect.stringMatching(/\/\.docker$/),
    HUXLEY_HOME: expect.any(String),
  });
  expect(engineEnvironment({ DOCKER_CONTEXT: 'rootless', DOCKER_CONFIG: '/etc/docker' })).toMatchObject({
    DOCKER_CONTEXT: 'rootless',
    DOCKER_CONFIG: '/etc/docker',
  });
  expect(engineEnvironment({ HTTPS_PROXY: 'http://p:1' })).toMatchObject({ https_proxy: 'http://p:1' });
  expect(engineEnvironment({ DOCKER_HOST: '' })).not.toHaveProperty('DOCKER_HOST');
});
