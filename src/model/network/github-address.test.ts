import { expect, test } from 'vitest';
import { apiAddress, webAddress } from './github-address.ts';

test('pages and REST API of github.com, of Enterprise Cloud with data residency, and of an Enterprise Server', () => {
  for (const [web, api] of [
    ['https://github.com', 'https://api.github.com'],
    ['https://octo.ghe.com', 'https://api.octo.ghe.com'],
    ['https://github.example.com', 'https://github.example.com/api/v3'],
    ['http://127.0.0.1:3080', 'http://127.0.0.1:3080/api/v3'],
  ] as const) {
    expect(apiAddress(web)).toBe(api);
    expect(apiAddress(`${web}/`)).toBe(api);
    expect(webAddress(api)).toBe(web);
    expect(webAddress(`${api}/`)).toBe(web);
  }
});
