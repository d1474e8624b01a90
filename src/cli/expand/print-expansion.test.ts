import { expect, it } from 'vitest';
import { describeExpansion, type PrintedExpansion } from './print-expansion.ts';

const made: PrintedExpansion = {
  operator: 'mutation',
  rehearsal: true,
  diagnosis: {
    summary: 'It gave up.',
    considered: ['try again', 'read more'],
    title: 'Try again',
    proposal: 'Loop.\n\nTwice.',
  },
  files: [{ path: 'agent.ts', mode: '100644', content: 'loop();' }],
  failure: null,
  patch: '--- agent.ts\n+loop();\n',
  folder: '/tmp/child',
  commit: { sha: 'c'.repeat(40), tree: 'd'.repeat(40) },
  costUSD: 0.0123,
  requests: 7,
};

it('prints diagnosis, patch, stages and commit', () => {
  expect(describeExpansion(made)).toMatchInlineSnapshot(`
    "REHEARSAL: a rehearsal model answered, not a real one.

    Diagnosis (mutation)
      It gave up.

    Considered
      - try again
      - read more

    Proposal: Try again
      Loop.

      Twice.

    Patch
      --- agent.ts
      +loop();

    Stages
      diagnose passed
      modify   passed
      validate passed
      check    passed

    Commit cccccccccccccccccccccccccccccccccccccccc (tree dddddddddddddddddddddddddddddddddddddddd)
      git -C /tmp/child show
    7 model calls, $0.0123
    "
  `);
});

it('prints where a child failed, and nothing a terminal would act on', () => {
  const failure = { stage: 'validate', reason: 'x\u001b[2J is protected' } as const;
  const text = describeExpansion({
    ...made,
    rehearsal: false,
    diagnosis: null,
    patch: '',
    files: [],
    commit: null,
    failure,
  });
  expect(text).toMatchInlineSnapshot(`
    "Stages
      diagnose passed
      modify   passed
      validate FAILED
      check    -

    Why validate failed
      x is protected

    No commit: no child was made.
    7 model calls, $0.0123
    "
  `);
});
