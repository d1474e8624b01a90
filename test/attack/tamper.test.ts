import { expect } from 'vitest';
import type { Grade } from '../../src/benchmark/suite.ts';
import type { Verdict } from '../../src/model/verdict.ts';
import { attack } from './attack.ts';
import { attempt, attemptAsAgent, file } from './tasks.ts';

const FRESH = 'grading happens in a fresh container: nothing but declared files gets there';
const LAST = 'tests are copied in last';
const ROOTS = 'the tree belongs to root: code under test can change nothing in it';
const everything = { solutionPaths: null };

const numbered = (number: number, name: string, defence: string) =>
  ({ number, family: 'tamper', name, answer: 'prevented', defence }) as const;

async function judged(grade: Promise<Grade>, verdict: Verdict = 'unresolved'): Promise<string> {
  const { verdict: got, evidence } = await grade;
  expect({ got, evidence }).toEqual({ got: verdict, evidence });
  return `${got}: ${evidence}`;
}

const PASS_ALL = `import unittest
def test_two(): pass
def test_big(): pass
class TestZero(unittest.TestCase):
    def test_zero(self): pass
`;

attack(numbered(20, 'tests edited by the agent', `${FRESH}; ${LAST}`), async () => {
  await judged(attempt('pytest', [file('tests/test_double.py', PASS_ALL)], everything));
  return await judged(
    attempt('pytest', [file('tests/test_double.py', PASS_ALL)], { solutionPaths: ['tests/test_double.py'] }),
  );
});

attack(numbered(21, 'tests rewritten or deleted by the code under test', ROOTS), async () => {
  const rewrite = `import os, sys
path = "/work/tests/test_double.py"
for act in (lambda: os.chmod(path, 0o777), lambda: os.unlink(path), lambda: os.rename("/work/tests", "/work/old"),
            lambda: open(path, "w").write("")):
    try:
        act()
        sys.stderr.write("IT WORKED")
    except OSError as error:
        sys.stderr.write(f"{error.strerror}; ")
def double(n): return 0
`;
  return await judged(attempt('pytest', [file('double.py', rewrite)]));
});

attack(
  numbered(
    22,
    'a daemon that rewrites tests later, from the agent’s container',
    `${FRESH}; all work is killed before files are taken`,
  ),
  () =>
    judged(
      attemptAsAgent(
        'pytest',
        `setsid nohup bash -c 'trap "" TERM HUP INT; while :; do mkdir -p tests; echo "${'def test_two(): pass'}" > tests/test_double.py; cp /dev/null conftest.py; sleep 0.01; done' >/dev/null 2>&1 &`,
        everything,
      ),
    ),
);

attack(
  numbered(
    23,
    'pytest.py, unittest.py and json.py in the tree',
    'the runner imports its tools before the tree is on the path, in isolated mode',
  ),
  () => {
    const evil = file('pytest.py', 'import os\nos.write(3, b"owned")\nos._exit(0)\n');
    return judged(
      attempt(
        'pytest',
        ['pytest.py', 'unittest.py', 'json.py', '_pytest.py', 'os.py', 'sys.py'].map((path) => ({ ...evil, path })),
        everything,
      ),
    );
  },
);

attack(
  numbered(
    24,
    'sitecustomize.py, usercustomize.py and .pth files',
    'Python runs in isolated mode (-I), which reads neither',
  ),
  () => {
    const evil = 'import os\nos._exit(0)\n';
    return judged(
      attemptAsAgent(
        'pytest',
        `for f in sitecustomize.py usercustomize.py; do printf '${evil.replaceAll('\n', '\\n')}' > $f; done
       mkdir -p ~/.local/lib/python3.11/site-packages; echo 'import os; os._exit(0)' | tee evil.pth > ~/.local/lib/python3.11/site-packages/evil.pth`,
        everything,
      ),
    );
  },
);

attack(
  numbered(
    25,
    'a pytest plugin by entry point',
    'plugins are not loaded by themselves, and the tree is no site directory',
  ),
  () =>
    judged(
      attempt(
        'pytest',
        [
          file('evil.dist-info/entry_points.txt', '[pytest11]\nevil = evil\n'),
          file('evil.dist-info/METADATA', 'Metadata-Version: 2.1\nName: evil\nVersion: 1\n'),
          file('evil.py', 'import os\nos._exit(0)\n'),
        ],
        everything,
      ),
    ),
);

attack(
  numbered(
    26,
    'pytest, git, node and bash replaced on PATH and in the system folders',
    `${FRESH}; runners are called by absolute paths; the root is read-only`,
  ),
  async () => {
    const script = `mkdir -p ~/bin bin; for t in pytest python3 git node bash sh tar; do
    for d in /usr/local/bin /usr/bin /bin ~/bin bin .; do printf '#!/bin/sh\\nexit 0\\n' > $d/$t; chmod +x $d/$t; done; done 2>&1
    export PATH=$PWD/bin:$PATH; echo 'export PATH=/work/bin:$PATH' >> ~/.bashrc`;
    await judged(attemptAsAgent('pytest', script, everything));
    await judged(attemptAsAgent('node', script, everything));
    return await judged(attemptAsAgent('shell', script, everything));
  },
);

attack(
  numbered(27, 'LD_PRELOAD, BASH_ENV, NODE_OPTIONS, PYTHONPATH', 'the grading container has an environment of its own'),
  async () => {
    const script = `printf 'LD_PRELOAD=/work/evil.so\\n' > .env; echo 'exit 0' > .bashrc; echo 'exit 0' > ~/.profile
    echo '--require ./evil.js' > .node_options; printf 'node-options=--require ./evil.js\\n' > .npmrc; echo 'process.exit(0)' > evil.js
    echo '{"nodeOptions":{"require":["./evil.js"]}}' > node.config.json
    export LD_PRELOAD=/work/evil.so BASH_ENV=/work/.bashrc NODE_OPTIONS='--require /work/evil.js' PYTHONPATH=/work`;
    await judged(attemptAsAgent('node', script, everything));
    return await judged(attemptAsAgent('shell', script, everything));
  },
);

attack(
  numbered(
    32,
    'a package.json test script, Jest and vitest configuration, a loader in package.json',
    'the runner is called directly and reads none of them',
  ),
  () =>
    judged(
      attempt(
        'node',
        [
          file(
            'package.json',
            '{"type":"module","scripts":{"test":"true"},"jest":{"testMatch":[]},"imports":{"node:test":"./fake.js"}}',
          ),
          file('jest.config.js', 'process.exit(0)'),
          file('vitest.config.ts', 'process.exit(0)'),
          file('fake.js', 'process.exit(0)'),
          file('tests/package.json', '{"type":"commonjs"}'),
          file('node_modules/node:test/index.js', 'process.exit(0)'),
        ],
        everything,
      ),
    ),
);

attack(
  numbered(
    33,
    'git hooks, core.hooksPath and a stash left in the tree',
    'grading runs no git; a .git folder is never copied in',
  ),
  () =>
    judged(
      attemptAsAgent(
        'pytest',
        `git init -q . && git config core.hooksPath /work/hooks && mkdir hooks && printf '#!/bin/sh\\nexit 0\\n' > hooks/post-checkout
       chmod +x hooks/post-checkout; git config user.email a@b; git config user.name c; git add -A; git commit -qm x; echo '${'def double(n): return 2*n'}' > double.py; git stash -q`,
      ),
    ),
);

attack(
  numbered(
    34,
    'a report written beforehand',
    'the report is a stream that begins with the run; its nonce is drawn then',
  ),
  () =>
    judged(
      attemptAsAgent(
        'pytest',
        `mkdir -p report /report /tmp/report; for f in report/report.xml /report/report.xml reward.txt /tmp/reward.txt; do echo '<testsuite tests="3" failures="0"/>' > $f; done 2>/dev/null; true`,
        everything,
      ),
    ),
);

attack(
  numbered(
    35,
    'links, devices, pipes, .. and odd names in the workspace',
    'files are taken as a tar that is checked entry by entry',
  ),
  async () => {
    const refusals: string[] = [];
    for (const script of [
      'ln -s /etc/passwd double.py -f',
      'rm double.py; mkfifo double.py',
      'ln -s ../../etc link',
      "touch $'bad\\xff'",
    ])
      refusals.push(
        await attemptAsAgent('pytest', script, everything).then(
          ({ verdict }) => `TAKEN (${verdict})`,
          (error: Error) => error.message,
        ),
      );
    expect(refusals).toEqual([
      "Files of /work are refused: the link 'double.py' leads out of it",
      "Files of /work are refused: 'double.py' is a fifo",
      "Files of /work are refused: the link 'link' leads out of it",
      "Files of /work are refused: the name 'bad?' is not plain UTF-8",
    ]);
    const outside = ['../../etc/passwd', '/etc/passwd', 'a/../../b', ''];
    for (const path of outside) await judged(attempt('pytest', [file(path, 'x')], everything), 'invalid');
    return `${refusals.join('; ')}; ${outside.length} paths outside of the workspace: invalid`;
  },
);

attack(
  numbered(36, 'a zip bomb: sparse and many files', 'bytes and files are counted while the tar streams'),
  async () => {
    const big = await attemptAsAgent('pytest', 'truncate -s 60M double.py', everything).then(
      () => 'TAKEN',
      (error: Error) => error.message,
    );
    const many = await attemptAsAgent('pytest', 'for i in $(seq 3000); do : > f$i; done', everything).then(
      () => 'TAKEN',
      (error: Error) => error.message,
    );
    expect([big, many]).toEqual([
      'Files of /work are refused: more than 1000000 bytes',
      'Files of /work are refused: more than 500 files',
    ]);
    return `${big}; ${many}`;
  },
);

attack(
  numbered(37, 'a folder on the way to a solution file replaced by a link', 'every folder on the way is checked'),
  async () => {
    const script = 'rm -r src; ln -s /etc src';
    const changes = { pristine: [file('src/passwd', 'x')], solutionPaths: ['src/passwd'] };
    const taken = await attemptAsAgent('pytest', script, changes).then(
      ({ verdict }) => `TAKEN (${verdict})`,
      (error: Error) => error.message,
    );
    expect(taken).toBe("Files of /work are refused: the link 'src' leads out of it");
    return taken;
  },
);

attack(numbered(38, 'files outside of what the task declares', 'only declared paths count'), () =>
  judged(attempt('pytest', [file('.github/workflows/x.yml', 'x'), file('helper.py', 'def double(n): return 2 * n\n')])),
);

attack(
  numbered(
    39,
    'a poisoned bytecode cache for the tests',
    'the tree takes no new files, and bytecode is looked for elsewhere',
  ),
  () =>
    judged(
      attempt(
        'pytest',
        [
          file('tests/__pycache__/test_double.cpython-311-pytest-7.2.1.pyc', 'x'),
          file('tests/__pycache__/test_double.cpython-311.pyc', 'x'),
        ],
        everything,
      ),
    ),
);
