import fc from 'fast-check';
import { expect, it } from 'vitest';
import { canonicalName, isAllowed, narrowed, parseHost } from './hosts.ts';

const host = (text: string) => parseHost(text)!;

it('reads names with and without a port, and nothing else', () => {
  expect(host('PyPI.org')).toEqual({ name: 'pypi.org', port: 443 });
  expect(host('*.example.com:80')).toEqual({ name: '*.example.com', port: 80 });
  expect(host('localhost:8080')).toEqual({ name: 'localhost', port: 8080 });
  for (const text of ['', '*', '*.', 'a..b', 'a b', 'https://a.b', 'a.b/c', 'a@b', 'a.b:0', 'a.b:70000', 'a.b:x'])
    expect([text, parseHost(text)]).toEqual([text, null]);
  for (const text of ['127.0.0.1', '1.1:443', '0x7f.1', '2130706433', 'a.0x1', '[::1]:443', '::1', '*.10'])
    expect([text, parseHost(text)]).toEqual([text, null]);
});

it('takes a name for the same in upper case and with the dot that ends it, and for no other', () => {
  expect(canonicalName('PYPI.ORG.')).toBe('pypi.org');
  for (const name of [
    'pypi.org..',
    '.pypi.org',
    'pypi.org:443',
    '*.org',
    'pypi.org\u0000',
    'рypi.org',
    'pypi.org ',
    'pypi.org%00',
  ])
    expect([name, canonicalName(name)]).toEqual([name, null]);
});

it('allows a name at its port, and below a star one or more labels', () => {
  const hosts = [host('pypi.org'), host('*.example.com:8443')];
  expect(isAllowed(hosts, 'pypi.org', 443)).toBe(true);
  expect(isAllowed(hosts, 'pypi.org', 80)).toBe(false);
  expect(isAllowed(hosts, 'a.b.example.com', 8443)).toBe(true);
  for (const name of ['example.com', 'xexample.com', 'evilpypi.org', 'a.pypi.org', 'pypi.org.evil.com'])
    expect([name, isAllowed(hosts, name, 443) || isAllowed(hosts, name, 8443)]).toEqual([name, false]);
});

it('gives a task no more than what it wants and what is allowed', () => {
  const allowed = ['pypi.org', 'deb.debian.org:80', '*.npmjs.org'].map(host);
  expect(narrowed(allowed, ['pypi.org', 'registry.npmjs.org', 'deb.debian.org'])).toEqual({
    hosts: ['pypi.org', 'registry.npmjs.org', 'deb.debian.org:80'].map(host),
    missing: [],
  });
  expect(narrowed(allowed, ['*.npmjs.org', 'evil.org', 'deb.debian.org:443', '10.0.0.0/8'])).toEqual({
    hosts: [host('*.npmjs.org')],
    missing: ['evil.org', 'deb.debian.org:443', '10.0.0.0/8'],
  });
});

const label = fc.stringMatching(/^[a-z0-9]{1,4}$/);
const name = fc.array(label, { minLength: 1, maxLength: 4 }).map((labels) => labels.join('.'));

it('never widens what is allowed by what a task wants', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.boolean(), name)), fc.array(fc.tuple(fc.boolean(), name)), name, (a, w, asked) => {
      const written = (list: readonly (readonly [boolean, string])[]) =>
        list.map(([star, of]) => (star ? `*.${of}` : of));
      const allowed = written(a).flatMap((text) => parseHost(text) ?? []);
      const { hosts } = narrowed(allowed, written(w));
      if (isAllowed(hosts, asked, 443)) expect(isAllowed(allowed, asked, 443)).toBe(true);
    }),
  );
});
