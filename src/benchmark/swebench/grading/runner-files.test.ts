import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { wantedText } from './apply-attempt.ts';
import { protectionOf } from './runner-files.ts';

const changing = (...paths: string[]) =>
  paths.map((path) => `diff --git a/${path} b/${path}\n--- a/${path}\n+++ b/${path}\n@@ -1 +1 @@\n-a\n+b\n`).join('');
const script = (command: string) => `cd /testbed\n: '>>>>> Start Test Output'\n${command}\n: '>>>>> End Test Output'\n`;
const instance = (over: object = {}) => ({
  testPatch: changing('tests/test_a.py'),
  gold: changing('src/a.py'),
  evalScript: script('pytest -rA tests/test_a.py'),
  logParser: 'parse_log_pytest',
  ...over,
});
const base = new Set(['src/pytest/__init__.py', 'tests/runtests.py']);
const of = (over: object = {}) => protectionOf(instance(over), (path) => base.has(path));

describe('what tells a test runner what to do is protected, for every runner', () => {
  test.each([
    [
      'pytest',
      'pytest.ini .pytest.ini pytest.toml a/b/tox.ini tox.toml .coveragerc noxfile.py conftest.py src/pkg/conftest.py',
    ],
    [
      'Python',
      'sitecustomize.py lib/usercustomize.py x.pth a.egg-info/entry_points.txt x.dist-info/entry_points.txt pytest.py _pytest/__init__.py tests/unittest.py .env .python-version',
    ],
    [
      'Jest',
      'jest.config.js packages/a/jest.config.mjs jest.unit.config.ts babel.config.js .babelrc .babelrc.json jest.setup.ts setupTests.ts',
    ],
    [
      'Mocha, Karma, Vitest',
      '.mocharc.yml test/mocha.opts karma.conf.js test/karma.browser.conf.cjs vitest.config.ts vitest.workspace.ts vite.config.js .nycrc.json gulpfile.js Gruntfile.coffee',
    ],
    ['package managers', '.npmrc .yarnrc.yml .yarn/releases/yarn.cjs .pnp.cjs turbo.json .nvmrc'],
    [
      'Rust',
      '.cargo/config.toml .cargo/config crates/x/.cargo/config.toml rust-toolchain.toml build.rs .config/nextest.toml',
    ],
    ['Go', 'go.work'],
    [
      'Java',
      'pom.xml core/build.gradle build.gradle.kts settings.gradle gradle.properties .mvn/maven.config mvnw gradle/wrapper/gradle-wrapper.properties buildSrc/src/A.java src/test/resources/junit-platform.properties src/test/resources/META-INF/services/org.junit.platform.launcher.TestExecutionListener build.xml',
    ],
    ['PHP', 'phpunit.xml phpunit.xml.dist phpunit.dist.xml tests/bootstrap.php'],
    [
      'Ruby',
      '.rspec Rakefile spec/spec_helper.rb test/helper.rb features/support/env.rb cucumber.yml Gemfile .simplecov lib/tasks/x.rake',
    ],
  ])('%s', (_, paths) => {
    const protection = of();
    for (const path of paths.split(' ')) expect(protection(path), path).toMatch(/^(base|reference)$/);
  });

  test('what is installed in the tree', () => {
    const installed =
      'node_modules/mocha/lib/runner.js packages/a/node_modules/jest/index.js .venv/lib/python3/site-packages/pytest/__init__.py venv/bin/pytest .tox/py39/bin/pytest vendor/bundle/ruby/x.rb vendor/bin/phpunit vendor/phpunit/x.php __mocks__/fs.js spec/support/hooks.rb';
    for (const path of installed.split(' ')) expect(of()(path), path).toBe('base');
    expect(of({ gold: changing('node_modules/a/x.js') })('node_modules/a/x.js')).toBeUndefined();
    expect(of()('vendor/github.com/a/b.go')).toBeUndefined();
  });

  test('files that carry much else are protected in that part alone', () => {
    for (const path of [
      'pyproject.toml',
      'setup.cfg',
      'package.json',
      'a/Cargo.toml',
      'composer.json',
      'deno.json',
      'setup.py',
      'x_test.go',
    ])
      expect(of()(path), path).toBe('part');
  });

  test('code is not', () => {
    const code =
      'src/a.py src/jest.js lib/mocha.js src/config.py django/test/runner.py src/pytest/__init__.py tests/test_b.py tests/data.json README.md src/karma.ts webpack/index.js go.mod requirements.txt Makefile CMakeLists.txt src/build.py';
    for (const path of code.split(' ')) expect(of()(path), path).toBeUndefined();
  });

  test('the runner that lies in the repository, and what the test command names', () => {
    const django = of({ evalScript: script('./tests/runtests.py --verbosity 2 a.b'), logParser: 'parse_log_django' });
    expect(django('tests/runtests.py')).toBe('base');
    expect(django('tests/test_sqlite.py')).toBe('base');
    const sympy = of({ evalScript: script('bin/test -C --verbose x'), logParser: 'parse_log_sympy' });
    expect([sympy('bin/test'), sympy('sympy/testing/runtests.py')]).toEqual(['base', 'base']);
    expect(
      of({ evalScript: script('TERM=dumb ./runtest --single a && node "scripts/check.js"') })('scripts/check.js'),
    ).toBe('base');
  });

  test('the file that the reference fix changes may be code of the fix; the runner’s own configuration never is', () => {
    const gold = changing('src/conftest.py', 'pom.xml', 'pytest.ini', 'setup.cfg');
    const protection = of({ gold });
    expect([protection('src/conftest.py'), protection('pom.xml')]).toEqual([undefined, undefined]);
    expect(protection('conftest.py')).toBe('base');
    expect(protection('pytest.ini')).toBe('reference');
    expect(protection('setup.cfg')).toBe('part');
  });

  test('a makefile, where it runs the tests, may name new sources', () => {
    const protection = of({ evalScript: script('make check') });
    expect(protection('src/Makefile')).toBe('names');
    const make = 'OBJ = a.o b.o\ncheck: prog\n\t./prog --test\n';
    const keep = (text: string) => wantedText('names', 'Makefile', text, [make]);
    const grown = make.replace('b.o', 'b.o \\\n  new.o');
    expect(keep(grown)).toBe(grown);
    for (const text of [
      make.replace('./prog --test', 'true'),
      make.replace('\t./prog', '\t-./prog'),
      `${make}\nSHELL = /bin/true\n`,
      null,
    ])
      expect(wantedText('names', 'Makefile', text, [make])).toBe(make);
    expect(wantedText('names', 'GNUmakefile', 'check:\n\ttrue\n', [null])).toBe(null);
  });
});

describe('the part of a file that is the runner’s', () => {
  const keep = (path: string, text: string | null, ...trusted: (string | null)[]) =>
    wantedText('part', path, text, trusted);

  test('pyproject.toml: other changes stay, whatever the runner’s part becomes', () => {
    const before = '[project]\nname = "a"\nversion = "1"\n\n[tool.pytest.ini_options]\naddopts = "-ra"\n';
    const bumped = before.replace('version = "1"', 'version = "2"\ndependencies = ["pytest-mock>=3"]');
    expect(keep('pyproject.toml', bumped, before)).toBe(bumped);
    const evil = bumped.replace('"-ra"', '"-ra -p evil"');
    expect(keep('pyproject.toml', evil, before)).toBe(
      '[project]\nname = "a"\nversion = "2"\ndependencies = ["pytest-mock>=3"]\n\n[tool.pytest.ini_options]\naddopts = "-ra"\n',
    );
    expect(keep('pyproject.toml', null, before)).toBe(before);
    expect(
      keep(
        'sub/pyproject.toml',
        '[build-system]\nrequires = ["x"]\n[tool.pytest.ini_options]\npythonpath = "."\n',
        null,
      ),
    ).toBe('[build-system]\nrequires = ["x"]\n');
  });

  test.each([
    '[tool]\npytest.ini_options.addopts = "-p evil"\n',
    '["tool".\'pytest\'.ini_options]\naddopts = "-p evil"\n',
    '[tool . pytest . ini_options]\naddopts = "-p evil"\n',
    'tool = { pytest = { ini_options = { addopts = "-p evil" } } }\n',
    'x = "\'\'\'"\n[tool.pytest.ini_options]\naddopts = "-p evil"\n',
    '"tool"."\\u0070ytest".ini_options.addopts = "-p evil"\n',
    '[project]\nentry-points = { pytest11 = { evil = "evil" } }\n',
    '[project.entry-points.pytest11]\nevil = "evil"\n',
    '[tool.coverage.run]\nplugins = ["evil"]\n',
  ])('pyproject.toml, however it is spelled: %j', (text) => {
    expect(keep('pyproject.toml', text, '') ?? '').not.toContain('evil');
    expect(keep('pyproject.toml', text, null) ?? '').not.toContain('evil');
  });

  test('setup.cfg and setup.py', () => {
    const before = '[metadata]\nname = a\n[flake8]\nmax = 1\n';
    const grown = `${before}[options]\ninstall_requires =\n    x\n`;
    expect(keep('setup.cfg', grown, before)).toBe(grown);
    expect(keep('setup.cfg', `${grown}[tool:pytest]\naddopts = -p evil\n`, before)).toBe(grown);
    expect(keep('setup.cfg', `${grown}[options.entry_points]\npytest11 =\n  evil = evil\n`, before)).toBe(before);
    expect(keep('setup.py', 'setup(install_requires=["x"])\n', 'setup()\n')).toContain('install_requires');
    expect(keep('setup.py', 'setup(entry_points={"pytest11": ["evil = evil"]})\n', 'setup()\n')).toBe('setup()\n');
  });

  test('package.json: dependencies and exports stay, scripts and runners do not', () => {
    const before = { name: 'a', scripts: { test: 'jest' }, jest: { setupFiles: ['x'] } };
    const text = (value: object) => `${JSON.stringify(value, undefined, 2)}\n`;
    const grown = text({ ...before, dependencies: { b: '1' }, exports: './x.js' });
    expect(keep('package.json', grown, text(before))).toBe(grown);
    const evil = {
      ...before,
      exports: './x.js',
      scripts: { test: 'true' },
      jest: { globalSetup: './evil.js' },
      mocha: { require: 'evil' },
    };
    expect(JSON.parse(keep('package.json', text(evil), text(before))!)).toEqual({ ...before, exports: './x.js' });
    const gold = text({ ...before, scripts: { test: 'jest', build: 'tsc' } });
    expect(keep('package.json', gold, text(before), gold)).toBe(gold);
    expect(keep('package.json', '{', text(before))).toBe(text(before));
  });

  test('tsconfig.json, with its comments', () => {
    const before = '{\n  // strict, please\n  "compilerOptions": { "strict": true, },\n}\n';
    const grown = before.replace('true,', 'true, "lib": ["es2022"]');
    expect(keep('tsconfig.json', grown, before)).toBe(grown);
    const evil = grown.replace('"compilerOptions"', '"ts-node": { "require": ["./evil.js"] }, "compilerOptions"');
    expect(keep('tsconfig.json', evil, before)).not.toContain('evil');
    expect(keep('tsconfig.json', evil, before)).toContain('es2022');
  });

  test('Cargo.toml and Go’s TestMain', () => {
    const before = '[package]\nname = "a"\n\n[dependencies]\nserde = "1"\n';
    const grown = before.replace('serde = "1"', 'serde = { version = "1", features = ["derive"] }');
    expect(keep('Cargo.toml', grown, before)).toBe(grown);
    for (const evil of [
      '[[test]]\nname = "a"\nharness = false\n',
      '[lib]\nharness = false\n',
      '[package]\nbuild = "evil.rs"\n',
      '[profile.test]\npanic = "abort"\n',
    ])
      expect(keep('Cargo.toml', before + evil, before)!.trim()).toBe(before.trim());
    const tests = 'package a\nfunc TestA(t *testing.T) {\n}\n';
    expect(keep('a_test.go', tests, null)).toBe(tests);
    expect(keep('a_test.go', `${tests}func TestMain(m *testing.M) {\n\tos.Exit(0)\n}\n`, null)).toBe(null);
  });

  test('never lets a new line of a runner through, and what is trusted always', () => {
    const text = fc
      .array(
        fc.constantFrom(
          '[tool.pytest.ini_options]',
          'addopts = "-p evil"',
          '[project]',
          'name = "a"',
          '"""',
          '',
          '[tool:pytest]',
          '[[test]]',
          'harness = false',
        ),
        { maxLength: 8 },
      )
      .map((lines) => lines.join('\n'));
    const path = fc.constantFrom('pyproject.toml', 'setup.cfg', 'Cargo.toml');
    fc.assert(fc.property(path, text, (path, same) => keep(path, same, same) === same));
    fc.assert(
      fc.property(path, text, (path, changed) => {
        const kept = keep(path, changed, '[project]\nname = "a"\n') ?? '';
        if (path === 'pyproject.toml') expect(kept).not.toMatch(/^\[tool\.pytest/m);
        if (path === 'setup.cfg') expect(kept).not.toMatch(/^\[tool:pytest/m);
        if (path === 'Cargo.toml') expect(kept).not.toMatch(/^\[\[test|^harness/m);
      }),
    );
  });
});
