import { expect, test } from 'vitest';
import { basesOf } from './bases.ts';

test.each([
  ['FROM python:3.12-slim\nRUN true\n', ['python:3.12-slim']],
  [
    '# syntax=docker/dockerfile:1\r\nfrom --platform=linux/amd64 ghcr.io/o/i@sha256:ab as Build\r\nFROM build\r\n',
    ['ghcr.io/o/i@sha256:ab'],
  ],
  [
    'ARG TAG=1.2\nARG BASE="alpine:${TAG}"\nFROM $BASE\nARG TAG=9\nFROM ${OTHER:-debian:12}\n',
    ['alpine:1.2', 'debian:12'],
  ],
  ['FROM scratch\nCOPY --chown=1 --from=busybox:1 /bin /bin\n', ['busybox:1']],
  ['FROM a:1 AS x\nFROM b:1\nCOPY --from=x / /\nCOPY --from=0 / /\nCOPY from.txt --from=c /\n', ['a:1', 'b:1']],
  ['FROM $UNKNOWN\n', []],
  ['#FROM a\nRUN echo \\\n  FROM b\nFROM \\\n  c:1\n', ['c:1']],
])('%j rests on %j', (dockerfile, bases) => {
  expect(basesOf(dockerfile)).toEqual(bases);
});
