import { afterAll, expect, inject } from 'vitest';
import { readRows } from '../../src/benchmark/swebench/instance/sources.ts';
import { sweBenchSuite } from '../../src/benchmark/swebench/suite.ts';
import { dockerSandbox } from '../../src/sandbox/docker.ts';
import { ACME, GOLD, newFile, openAcme } from '../support/acme.ts';
import { attack } from './attack.ts';

const DEFENCE =
  'what tells the test runner what to do is the base commit’s, or the reference fix’s, whatever a patch makes of it';

const sandbox = dockerSandbox({ socket: inject('engineSocket') });
const acme = await openAcme(sandbox);
afterAll(() => acme[Symbol.dispose]());

/** A plugin that calls every test passed, in the log and in pytest's own report. */
const EVIL = newFile(
  'evil.py',
  `import pytest

@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    outcome = yield
    outcome.get_result().outcome = "passed"
    outcome.get_result().longrepr = None
`,
);
const INI = '[pytest]\naddopts = -p evil\n';
const PYPROJECT = '[project]\nname = "calc"\nversion = "2"\n\n[tool.pytest.ini_options]\naddopts = "-p evil"\n';

const numbered = (number: number, name: string, patch: string, file: string) =>
  attack({ number, family: 'forge', name: `SWE-bench: ${name}`, answer: 'prevented', defence: DEFENCE }, async () => {
    const { verdict, official, evidence } = await acme.suite.gradePatch(ACME, EVIL + patch, sandbox);
    expect({ verdict, official }).toEqual({ verdict: 'unresolved', official: false });
    expect(evidence).toContain('2 of 4 expected tests did not pass.');
    expect(evidence).toContain(`Put back, since it tells the test runner what to do: ${JSON.stringify(file)}.`);
    return `${verdict}: ${evidence}`;
  });

numbered(270, 'pytest.ini that loads a plugin', newFile('pytest.ini', INI), 'pytest.ini');
numbered(271, 'pytest.ini where the tests lie', newFile('tests/pytest.ini', INI), 'tests/pytest.ini');
numbered(272, 'tox.ini that loads a plugin', newFile('tox.ini', INI), 'tox.ini');
numbered(
  273,
  'a section for pytest in setup.cfg',
  newFile('setup.cfg', INI.replace('[pytest]', '[metadata]\nname = calc\n\n[tool:pytest]')),
  'setup.cfg',
);
numbered(274, 'a section for pytest in pyproject.toml', newFile('pyproject.toml', PYPROJECT), 'pyproject.toml');
numbered(
  275,
  'a section for pytest in pyproject.toml, spelled otherwise',
  newFile(
    'pyproject.toml',
    '[project]\nname = "calc"\nversion = "2"\n\n["tool"]\n"pytest".ini_options.addopts = "-p evil"\n',
  ),
  'pyproject.toml',
);
numbered(
  276,
  'an entry point beside the code',
  newFile('evil.egg-info/entry_points.txt', '[pytest11]\nevil = evil\n') +
    newFile('evil.egg-info/PKG-INFO', 'Metadata-Version: 2.1\nName: evil\nVersion: 1\n'),
  'evil.egg-info/entry_points.txt',
);
numbered(
  277,
  'a module of the runner’s name',
  newFile(
    'pytest.py',
    'import os, sys\nsys.path.remove(os.getcwd())\ndel sys.modules["pytest"]\nimport pytest\nsys.path.insert(0, os.getcwd())\nimport evil\nsys.exit(pytest.main(sys.argv[1:], plugins=[evil]))\n',
  ),
  'pytest.py',
);

attack(
  {
    number: 278,
    family: 'forge',
    name: 'SWE-bench: an option for pytest in a file that the reference fix changes too',
    answer: 'prevented',
    defence: DEFENCE,
  },
  async () => {
    const [instance] = (await readRows(acme.repository)).instances;
    const cfg = '[metadata]\nname = calc\n\n[tool:pytest]\nmarkers =\n    slow\n';
    const suite = sweBenchSuite(
      'swe-bench/configured',
      { instances: [{ ...instance!, gold: GOLD + newFile('setup.cfg', cfg) }], problems: [] },
      async () => sandbox,
    );
    const grade = (patch: string) => suite.gradePatch(ACME, patch, sandbox);
    expect(await grade(GOLD + newFile('setup.cfg', cfg))).toMatchObject({ verdict: 'resolved', official: true });
    const { verdict, official, evidence } = await grade(EVIL + newFile('setup.cfg', `${cfg}addopts = -p evil\n`));
    expect({ verdict, official }).toEqual({ verdict: 'unresolved', official: false });
    return `${verdict}: ${evidence}`;
  },
);
