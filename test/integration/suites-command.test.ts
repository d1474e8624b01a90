import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, inject, test, vi } from 'vitest';
import { loadTask } from '../../src/benchmark/directory/load-task.ts';
import { lockTask } from '../../src/benchmark/directory/lock.ts';
import { openDirectory } from '../../src/benchmark/directory/suite.ts';
import { projectPath } from '../../src/environment/project.ts';
import { dockerSandbox } from '../../src/sandbox/docker.ts';
import { polyglotImage } from '../support/polyglot.ts';

// Compilers on a busy machine.
vi.setConfig({ testTimeout: 600_000 });

const socket = inject('engineSocket');
const sandbox = dockerSandbox({ socket });
const folder = mkdtempSync(join(tmpdir(), 'huxley-command-'));
cpSync(projectPath('test', 'fixtures', 'command'), folder, { recursive: true });
afterAll(() => rmSync(folder, { recursive: true }));

/** Tasks whose languages the sandbox image has not. */
const COMPILED = /^(go|java|rust)-/;

test.for(readdirSync(folder))(
  '%s is locked; its solution resolves it, nothing and a cheat do not',
  async (id, { skip }) => {
    const polyglot = COMPILED.test(id) ? await polyglotImage(socket) : { image: inject('sandboxImage') };
    if ('absent' in polyglot) return skip(polyglot.absent);
    const { image } = polyglot;
    const count = await lockTask(folder, await loadTask(join(folder, id), id), image, sandbox);
    const expected = readFileSync(join(folder, id, 'expected.txt'), 'utf8')
      .trim()
      .split('\n');
    expect(count).toBe(expected.length);
    expect(expected).toEqual(EXPECTED[id]);
    const suite = await openDirectory('commands', folder, image, async () => undefined);
    const verdictOf = async (kind: 'oracle' | 'nop' | 'cheat' | 'draft') => {
      const files = await suite.reference(id, kind);
      return files && (await suite.grade(id, files, sandbox));
    };
    expect(await verdictOf('oracle')).toMatchObject({
      verdict: 'resolved',
      canary: id === 'python-score' ? 'none' : 'failed',
      expected: count,
    });
    expect(await verdictOf('nop')).toMatchObject({ verdict: 'unresolved' });
    expect((await verdictOf('cheat'))!.verdict).toMatch(/^(unresolved|tampered)$/);
    const draft = await verdictOf('draft');
    if (draft) expect([draft.verdict, draft.score]).toEqual(['unresolved', DRAFT_SCORES[id]]);
  },
);

/** Of a draft that is right in part: none where its tests share a process with it. */
const DRAFT_SCORES: Readonly<Record<string, number>> = { 'python-score': (6 / 14 + 9 / 24) / 2 };

const EXPECTED: Readonly<Record<string, readonly string[]>> = {
  'go-json': [
    'example.com/double/tests > TestBig',
    'example.com/double/tests > TestTable',
    'example.com/double/tests > TestTable/minus_three',
    'example.com/double/tests > TestTable/two',
  ],
  'java-junit': ['JUnit Jupiter > TwiceTest > big()', 'JUnit Jupiter > TwiceTest > two()'],
  'node-ctrf': ['big', 'two'],
  'python-junit': [
    'pytest > tests.test_double > test_big',
    'pytest > tests.test_double > test_small[2]',
    'pytest > tests.test_double > test_small[3]',
  ],
  'python-score': ['score'],
  'rust-tap': ['big', 'two'],
  'shell-tap': ['big', 'two'],
};
