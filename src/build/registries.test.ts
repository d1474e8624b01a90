import { expect, test } from 'vitest';
import { registrySchema } from '../contract/build.ts';
import { sourceOf, sourcesOf } from './registries.ts';

const secretOf = (name: string) => `value of ${name}`;

test('the usual registries are allowed where none are named, and nothing that looks like them', () => {
  const sources = sourcesOf(undefined, secretOf);
  expect(sourceOf(sources, 'Registry.npmjs.org.')).toMatchObject({ host: 'registry.npmjs.org', authorization: null });
  for (const host of [
    'npmjs.org',
    'x.registry.npmjs.org',
    'registry.npmjs.org.example.com',
    'github.com',
    '127.0.0.1',
    '',
  ])
    expect(sourceOf(sources, host)).toBeNull();
});

test('named registries replace them, with their secrets, mirrors and one label for a star', () => {
  const named = [
    'a.example.com',
    { host: '*.b.example.com', token: 'TOKEN' },
    { host: 'pypi.org', url: 'https://mirror.example.com:8443/pypi/', basic: 'LOGIN' },
  ].map((each) => registrySchema.parse(each));
  const sources = sourcesOf(named, secretOf);
  const basic = `Basic ${Buffer.from('value of LOGIN').toString('base64')}`;
  expect(sourceOf(sources, 'registry.npmjs.org')).toBeNull();
  expect(sourceOf(sources, 'x.b.example.com')).toMatchObject({ authorization: 'Bearer value of TOKEN' });
  for (const host of ['b.example.com', 'x.y.b.example.com']) expect(sourceOf(sources, host)).toBeNull();
  expect(sourceOf(sources, 'pypi.org')).toEqual({
    ...{ host: 'pypi.org', origin: 'https://mirror.example.com:8443/pypi', authorization: basic },
  });
  expect(sourceOf(sources, 'mirror.example.com')).toMatchObject({
    ...{ origin: 'https://mirror.example.com:8443', authorization: basic },
  });
});

test.each([
  'https://a.example.com',
  'a.example.com/path',
  'a..com',
  '-a.com',
  { host: 'a.com', token: 'lower' },
  { host: 'a.com', token: 'A', basic: 'B' },
  { host: 'a.com', url: 'ftp://b.com' },
  { host: 'a.com', password: 'x' },
])('%j is not a registry', (entry) => {
  expect(registrySchema.safeParse(entry).success).toBe(false);
});
