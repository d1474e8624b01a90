import { createPrivateKey, generateKeyPairSync, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { publicKeySchema } from '../contract/contract.ts';
import { misplaced, type Place } from './binding.ts';
import { digestOf, openOrder } from './seal.ts';
import { orderSigner, secretSigner } from './signer.ts';

const pem = () =>
  String(generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs1', format: 'pem' }));
const mine = pem();
const signer = orderSigner(mine);
const other = orderSigner(pem());
const order = {
  v: 2,
  jobId: 'r1-d3',
  nonce: '0'.repeat(32),
  repository: 41,
  app: 'huxley[bot]',
  configuration: 'c'.repeat(40),
  run: 'r1',
  variant: 'v1',
  sha: 'a'.repeat(40),
  tree: 'b'.repeat(40),
  suite: null,
  deadline: '2026-01-01T00:00:00Z',
  kind: 'evaluate',
  split: 'search',
  tasks: ['t1', 't2'],
} as const;
const text = JSON.stringify(order);
const sealed = signer.seal(text);
const open = (input: unknown, keys: readonly string[] = [signer.publicKey]) => openOrder(JSON.stringify(input), keys);
const code = (code: string) => expect.objectContaining({ code });

test('an order opens with the key that signed it, also while another stands beside it', () => {
  expect(open(sealed)).toEqual({ order, digest: digestOf(text) });
  expect(open(sealed, [other.publicKey, signer.publicKey]).order).toEqual(order);
  expect(() => open(sealed, [other.publicKey])).toThrow(code('order.signature'));
  expect(() => open(sealed, [])).toThrow(code('order.no-key'));
});

test('replicas and PEM styles come to one key, other private keys to others, and none shows the private key', () => {
  const pkcs8 = String(createPrivateKey(mine).export({ type: 'pkcs8', format: 'pem' }));
  for (const same of [mine, pkcs8, `\n${mine}\n\n`, () => mine])
    expect(orderSigner(same).publicKey).toBe(signer.publicKey);
  expect(other.publicKey).not.toBe(signer.publicKey);
  for (const { publicKey } of [signer, other]) expect(publicKeySchema.parse(publicKey)).toBe(publicKey);
  expect(() => orderSigner('no key').publicKey).toThrow(code('order.private-key'));
});

test('where no App is, 32 random bytes sign, and nothing else that is given for them', () => {
  const secret = randomBytes(32).toString('base64url');
  const own = secretSigner(secret);
  expect(publicKeySchema.parse(own.publicKey)).toBe(secretSigner(secret).publicKey);
  expect(open(own.seal(text), [own.publicKey]).order).toEqual(order);
  expect(() => open(own.seal(text))).toThrow(code('order.signature'));
  for (const odd of [
    '',
    secret.slice(1),
    `${secret}A`,
    `${secret}\n`,
    Buffer.alloc(32, 255).toString('base64'),
    mine,
  ]) {
    expect(() => secretSigner(odd)).toThrow(code('order.secret'));
    expect(() => secretSigner(odd)).not.toThrow(odd || 'empty');
  }
});

test('no change of a byte of the signed text, of its digest or its signature is carried out', () => {
  fc.assert(
    fc.property(fc.nat(text.length - 1), fc.string({ minLength: 1, maxLength: 1 }), (at, letter) => {
      fc.pre(text[at] !== letter);
      const changed = text.slice(0, at) + letter + text.slice(at + 1);
      expect(() => open({ ...sealed, order: changed })).toThrow(code('order.signature'));
      expect(() => open({ ...sealed, order: changed, digest: digestOf(changed) })).toThrow(code('order.signature'));
    }),
  );
  for (const changed of [text.replace('{', '{ '), `${text} `, text.replace('r1-d3', 'r1-d4')])
    expect(() => open({ ...sealed, order: changed, digest: digestOf(changed) })).toThrow(code('order.signature'));
  expect(() => open({ ...sealed, digest: digestOf('') })).toThrow(code('order.broken'));
  expect(() => open({ ...sealed, digest: sealed.digest.toUpperCase() })).toThrow(code('order.broken'));
  expect(() => open({ ...sealed, signature: other.seal(text).signature })).toThrow(code('order.signature'));
});

test.each([
  ['no signature', { v: 2, order: text, digest: digestOf(text) }],
  ['a signature that is no text', { ...sealed, signature: null }],
  ['more than the envelope has', { ...sealed, models: { baseURL: 'https://evil.example/v1' } }],
  ['an order of version 1, as it was', { ...order, v: 1, agent: {}, models: {}, limits: {} }],
  ['an order beside the envelope', order],
  ['a list', [sealed]],
  ['nothing', null],
])('an input with %s is refused before anything of it counts', (_, input) => {
  expect(() => open(input)).toThrow(code('order.broken'));
});

test.each([
  ['models of its own', { models: { solve: 'm', modify: 'm', diagnose: 'm', baseURL: 'https://evil.example/v1' } }],
  ['limits of its own', { limits: { costUSD: 1e6 } }],
  ['commands of its own', { agent: { solve: 'cat /proc/1/environ' } }],
  ['no repository', { repository: undefined }],
  ['another version', { v: 1 }],
])('not even the App can sign an order with %s', (_, change) => {
  expect(() => open(signer.seal(JSON.stringify({ ...order, ...change })))).toThrow(code('order.broken'));
});

test('a signed order is carried out in one place, once', () => {
  const place: Place = {
    repository: 41,
    event: 'workflow_dispatch',
    ref: 'refs/heads/main',
    defaultBranch: 'main',
    actor: 'huxley[bot]',
    triggeringActor: 'huxley[bot]',
    attempt: 1,
  };
  const why = (change: Partial<Place>) => misplaced({ ...order, tasks: [...order.tasks] }, { ...place, ...change });
  expect(why({})).toBeNull();
  expect(why({ repository: 42 })).toMatch(/for repository 41, and this is 42/);
  for (const ref of ['refs/heads/aside', 'refs/tags/main', 'main', 'refs/heads/main2', 'refs/pull/1/merge'])
    expect(why({ ref })).toMatch(/only main says whose orders count/);
  expect(why({ event: 'push' })).toMatch(/by push/);
  expect(why({ actor: 'mallory' })).toMatch(/mallory sent it/);
  expect(why({ actor: 'mallory[bot]' })).toMatch(/mallory\[bot\] sent it/);
  expect(why({ triggeringActor: 'mallory' })).toMatch(/mallory sent it/);
  expect(why({ attempt: 2 })).toMatch(/attempt 2/);
});
