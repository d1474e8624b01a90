import { expect, inject } from 'vitest';
import { grade } from '../../src/benchmark/grading/grade.ts';
import { attack } from './attack.ts';
import { attempt, file, TASKS, theSandbox } from './tasks.ts';

const BEGAN = 'the runner says that it begins to load the attempt before any of it can run, where nothing is unsaid';

const numbered = (number: number, name: string) =>
  ({ number, family: 'forge', name, answer: 'prevented', defence: BEGAN }) as const;

const ENDINGS = {
  node: [
    `process.kill(process.pid, 'SIGKILL');\nexport const double = 0;\n`,
    `import { closeSync } from 'node:fs';\nfor (let fd = 0; fd < 100; fd++) try { closeSync(fd); } catch {}\nprocess.abort();\nexport const double = 0;\n`,
    `const all: unknown[] = [];\nfor (;;) all.push(new Array(1e6).fill(all.length));\nexport const double = 0;\n`,
    'this is no TypeScript at all {{{',
  ],
  pytest: [
    'import os\nos.kill(os.getpid(), 9)\n',
    'import os\nos.closerange(0, 100)\nos._exit(3)\n',
    'import os\nos.kill(-1, 9)\n',
    'this is no Python at all (((',
  ],
  shell: ['kill -9 -1\n', 'exec 0<&- 1>&- 2>&- 3>&-; kill -9 $PPID\n', ':(){ :|:& };:\n', '((( no shell at all'],
} as const;

attack(numbered(240, 'an attempt that ends as if it had never been loaded'), async () => {
  const said: string[] = [];
  for (const kind of ['node', 'pytest', 'shell'] as const)
    for (const text of ENDINGS[kind]) {
      const { verdict, evidence } = await attempt(kind, [file(TASKS[kind].solutionPaths[0], text)]);
      expect({ verdict: verdict === 'timeout' ? 'unresolved' : verdict, evidence }).toEqual({
        verdict: 'unresolved',
        evidence,
      });
      said.push(evidence);
    }
  return said[0]!;
});

attack(numbered(241, 'control: a runner that ends before it loads anything is nobody’s failure'), async () => {
  const said: string[] = [];
  for (const kind of ['node', 'pytest', 'shell'] as const) {
    let tries = 0;
    const runner = {
      ...TASKS[kind].runner,
      command: (tests: readonly string[]) => (++tries < 3 ? ['false'] : TASKS[kind].runner.command(tests)),
    };
    const plan = { ...TASKS[kind], canary: null, image: inject('sandboxImage'), solution: [], runner };
    expect(await grade(plan, theSandbox())).toMatchObject({ verdict: 'unresolved' });
    expect(tries).toBe(3);
    const never = await grade({ ...plan, runner: { ...runner, command: () => ['false'] } }, theSandbox());
    expect(never).toMatchObject({ verdict: 'infrastructure', canary: 'none' });
    said.push(never.evidence);
  }
  return said[0]!;
});
