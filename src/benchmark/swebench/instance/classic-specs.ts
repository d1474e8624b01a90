/** How a repository of SWE-bench is prepared and tested, after the published specifications (SWE-bench 4, `constants/python.py`). */
export interface ClassicSpec {
  readonly command: string;
  readonly parser: string;
  /** Commands before the installation. */
  readonly prepare?: readonly string[];
  readonly install: string;
}

const PYTEST = 'pytest -rA';
const EDITABLE = 'python -m pip install -e .';
/** The locale without root: from the image, or made in a folder of one's own. */
const LOCALE = [
  "locale -a 2>/dev/null | grep -qi '^en_US.utf-\\?8$' || { mkdir -p /tmp/locale && localedef -i en_US -f UTF-8 /tmp/locale/en_US.UTF-8 && export LOCPATH=/tmp/locale; }",
  'export LANG=en_US.UTF-8',
  'export LC_ALL=en_US.UTF-8',
  'export LANGUAGE=en_US:en',
];

type Since = (version: string) => boolean;
type Spec = (since: Since, version: string) => ClassicSpec;

const pytest =
  (parser: string, install = EDITABLE, command = PYTEST): Spec =>
  () => ({ command, parser, install });

const REPOSITORIES: Readonly<Record<string, Spec>> = {
  'astropy/astropy': (since) => ({
    command: since('3.0') ? PYTEST : `${PYTEST} -vv -o console_output_style=classic --tb=no`,
    parser: 'parse_log_pytest_v2',
    install: 'python -m pip install -e .[test] --verbose',
  }),
  'django/django': (since, version) => ({
    command: `./tests/runtests.py --verbosity 2${version === '1.9' ? '' : ' --settings=test_sqlite --parallel 1'}`,
    parser: 'parse_log_django',
    ...(since('1.7') && !since('4.0')
      ? { prepare: since('3.0') ? LOCALE : [...LOCALE, 'export PYTHONIOENCODING=utf8'] }
      : {}),
    install: since('3.0') ? EDITABLE : 'python setup.py install',
  }),
  'marshmallow-code/marshmallow': pytest('parse_log_pytest', "python -m pip install -e '.[dev]'"),
  'matplotlib/matplotlib': (since) => ({
    command: PYTEST,
    parser: 'parse_log_matplotlib',
    install: since('3.8')
      ? 'python -m pip install --no-build-isolation -e ".[dev]"'
      : since('3.0')
        ? EDITABLE
        : 'python setup.py build; python setup.py install',
  }),
  'mwaskom/seaborn': (since) => ({
    command: 'pytest --no-header -rA',
    parser: 'parse_log_seaborn',
    install: since('0.12') ? `${EDITABLE}[dev]` : EDITABLE,
  }),
  'pallets/flask': pytest('parse_log_pytest'),
  'psf/requests': pytest('parse_log_pytest_options', 'python -m pip install .'),
  'pvlib/pvlib-python': pytest('parse_log_pytest', `${EDITABLE}[all]`),
  'pydata/xarray': pytest('parse_log_pytest'),
  'pydicom/pydicom': pytest('parse_log_pytest_options'),
  'pylint-dev/astroid': pytest('parse_log_pytest'),
  'pylint-dev/pylint': pytest('parse_log_pytest_options'),
  'pytest-dev/pytest': pytest('parse_log_pytest'),
  'pyvista/pyvista': pytest('parse_log_pytest'),
  'scikit-learn/scikit-learn': pytest(
    'parse_log_pytest_v2',
    'python -m pip install -v --no-use-pep517 --no-build-isolation -e .',
  ),
  'sphinx-doc/sphinx': pytest('parse_log_pytest_v2', `${EDITABLE}[test]`, 'tox --current-env -epy39 -v --'),
  'sqlfluff/sqlfluff': pytest('parse_log_pytest'),
  'sympy/sympy': pytest(
    'parse_log_sympy',
    EDITABLE,
    "PYTHONWARNINGS='ignore::UserWarning,ignore::SyntaxWarning' bin/test -C --verbose",
  ),
};

/** The specification of a repository at a version; `undefined` for one that is not in the table. */
export function classicSpec(repo: string, version: string): ClassicSpec | undefined {
  const spec = Object.hasOwn(REPOSITORIES, repo) ? REPOSITORIES[repo] : undefined;
  return spec?.((from) => compare(version, from) >= 0, version);
}

function compare(a: string, b: string): number {
  const [left, right] = [a, b].map((text) => text.replace(/^v/, '').split('.').map(Number));
  for (let i = 0; i < Math.max(left!.length, right!.length); i++) {
    const difference = (left![i] ?? 0) - (right![i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
