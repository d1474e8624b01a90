import type { Grade, Suite, SuiteTask } from '../../src/benchmark/suite.ts';

/** A suite of tasks that ask for a word in `answer.txt`; graded on the host, by comparison alone. */
export function tinySuite(words: Readonly<Record<string, string>>): Suite {
  const task = (id: string): SuiteTask => ({
    id,
    language: 'text',
    image: null,
    workdir: '/work',
    statement: `Write the word ${words[id]} into answer.txt.`,
    solutionPaths: ['answer.txt'],
    testSeconds: 5,
  });
  const file = (path: string, text: string) => ({ path, content: Buffer.from(text), executable: false });
  return {
    name: 'tiny',
    digest: `sha256:${'0'.repeat(64)}`,
    list: () => Object.keys(words).map(task),
    workspace: async () => [file('answer.txt', 'none yet\n')],
    async grade(id, files): Promise<Grade> {
      const answer = files.find(({ path }) => path === 'answer.txt');
      const right = answer !== undefined && Buffer.from(answer.content).toString().trim() === words[id];
      return {
        verdict: right ? 'resolved' : 'unresolved',
        passed: right ? 1 : 0,
        expected: 1,
        failed: right ? [] : ['word'],
        evidence: `${right ? 1 : 0} of 1 expected tests passed.`,
        canary: 'none',
        seconds: 0,
      };
    },
    reference: async (id, kind) => (kind === 'oracle' ? [file('answer.txt', words[id]!)] : null),
  };
}
