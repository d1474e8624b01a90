import { changedPaths } from '../../../model/git-patch.ts';
import type { Instance } from '../instance/instance.ts';
import { testWords } from '../instance/script.ts';
import { hasRunnerPart } from './runner-parts.ts';

/**
 * What becomes of a file that an attempt changed.
 * `base`: the base commit's is put back. `reference`: the base commit's, as the reference fix leaves it.
 * `part`: what tells the test runner what to do is put back, the rest stays. `names`: stays when it only names new sources.
 */
export type Protection = 'base' | 'reference' | 'part' | 'names';

/** Names of files that do nothing but tell a test runner, or what starts it, what to do; in any folder. */
const CONFIGURATION: readonly RegExp[] = [
  // Python: pytest, tox, nox, nose, coverage, and what the interpreter itself loads at its start.
  /^\.?pytest\.(ini|toml)$/,
  /^tox\.(ini|toml)$/,
  /^noxfile\.py$/,
  /^(nose\.cfg|\.noserc|\.testr\.conf|\.stestr\.conf)$/,
  /^\.coveragerc/,
  /^\.python-version$/,
  // JavaScript: test runners, what they translate tests with, and what starts them.
  /^[\w.-]*(jest|vitest|vite|karma|babel|cypress|playwright|ava|mocha|jasmine|wdio|tap|nyc|c8|swc|web-test-runner|webpack|rollup|esbuild|nightwatch)[\w.-]*[.-](config|conf|workspace|preset|setup)[\w.-]*\.([cm]?[jt]sx?|json5?|ya?ml)$/i,
  /^(gulpfile|gruntfile)[\w.]*\.([cm]?[jt]s|coffee)$/i,
  /^(lerna|nx|turbo|jasmine|cypress|nightwatch|testem|web-test-runner)\.json$/,
  /^\.(mocharc|babelrc|swcrc|taprc|nycrc|c8rc|jestrc|jscsrc|testcaferc|npmrc|yarnrc|pnp)(\.[\w.]+)?$/,
  /^(mocha\.opts|\.nvmrc|\.node-version|\.pnpmfile\.c?js)$/,
  // PHP, Ruby
  /^(phpunit|phpspec|behat|codeception|pest|infection)[\w.-]*\.(xml|ya?ml|php|json5?|xml\.dist|ya?ml\.dist)$/,
  /^(\.rspec[\w-]*|\.simplecov|cucumber\.ya?ml|\.ruby-version|\.minitest\.rb|\.cucumberrc)$/,
  // Java
  /^(junit-platform\.properties|testng[\w.-]*\.xml|gradle\.properties|init\.gradle(\.kts)?|mvnw(\.cmd)?|gradlew(\.bat)?)$/,
  // Go, Rust, C
  /^(go\.work|go\.env|nextest\.toml|rust-toolchain(\.toml)?|CTestConfig\.cmake|CTestTestfile\.cmake)$/,
  // Whatever sets the environment or the versions of tools
  /^\.env(\.[\w.-]+|rc)?$/,
  /^(\.tool-versions|\.?mise\.toml)$/,
];

/** Folders of the same kind, wherever they lie. */
const CONFIGURATION_FOLDERS =
  /(^|\/)(\.mvn|\.cargo|\.yarn|gradle\/wrapper|\.config\/nextest|\.mocha|\.jest|META-INF\/services\/org\.(junit|testng)[^/]*)(\/|$)/;

/** Code that a runner or its interpreter loads by its name, before any test. */
const LOADED: readonly RegExp[] = [
  /^conftest\.py$/,
  /^(site|user)customize(\.py)?$/,
  /\.(pth|egg-link)$/,
  /^(spec_helper|rails_helper|test_helper|minitest_helper)\.rb$/,
  /^(jest|vitest|mocha|karma|test)[.-]?setup([.-][\w.-]*)?\.[cm]?[jt]sx?$/i,
  /^setup-?(tests?|jest|vitest|mocha|env|files?)(after[-_]?env)?\.[cm]?[jt]sx?$/i,
];
const LOADED_FOLDERS =
  /(^|\/)([^/]+\.(egg-info|dist-info)\/(entry_points\.txt|[^/]*\.pth)|features\/support\/[^/]+\.(rb|[cm]?[jt]s)|(tests?|spec)\/(helper\.rb|bootstrap\.php|support\/env\.rb|setup\.[cm]?[jt]sx?))$/;
/** Where runners and what they load are installed inside of a repository. */
const INSTALLED =
  /(^|\/)(node_modules|site-packages|bower_components|__mocks__|\.venv|\.tox|\.nox|\.bundle|\.gradle|\.m2)\/|(^|\/)(venv|virtualenv)\/(bin|lib|include)\/|(^|\/)vendor\/(bundle|bin|composer|phpunit|autoload\.php)|(^|\/)(spec|test)\/support\/.*\.rb$/;
/** Modules of the runner itself, which a file of the same name at the root, or where tests lie, would stand in for. */
const SHADOWING =
  /^((src|lib|tests?|testing)\/)?(pytest|_pytest|pluggy|py|unittest|doctest|xdist|pytest_\w+|iniconfig|coverage|tox|nose|django_test_runner|encodings|codecs|site|importlib)(\.py|\.pyi|\.so|\/__init__\.py|\/__main__\.py)$/;

/** Programs that build and run tests at once; what else they build stays only where the reference fix changes the file too. */
const BUILD = /^(pom\.xml|build\.xml|(build|settings)\.gradle(\.kts)?|Rakefile(\.rb)?|Gemfile|build\.rs|.*\.rake)$/i;
const BUILD_FOLDERS = /(^|\/)buildSrc\//;
const MAKE = /^(GNU)?makefile(\.\w+)?$|^CMakeLists\.txt$|\.(cmake|mk)$|^meson\.build$|^configure(\.ac|\.in)?$/i;
/** Where the runner lies in the repository whose tests it runs. */
const RUNNERS: Readonly<Record<string, RegExp>> = {
  parse_log_django: /^tests\/(runtests|test_sqlite|urls)\.py$/,
  parse_log_sympy: /^(bin\/(test|doctest)|(sympy\/(testing|utilities)|setupext)\/(runtests|pytest|tests_?runner)\.py)$/,
  parse_log_redis: /^(runtest[\w-]*|tests\/(test_helper\.tcl|support\/.*))$/,
  parse_log_micropython_test: /^tests\/run-.*\.py$/,
};

/**
 * How an instance's files are protected; `undefined` for a path that an attempt may change as it likes.
 * @param inBase whether the base commit has a file
 */
export function protectionOf(
  instance: Pick<Instance, 'testPatch' | 'gold' | 'evalScript' | 'logParser' | 'hidden'>,
  inBase: (path: string) => boolean,
): (path: string) => Protection | undefined {
  const tests = new Set([...changedPaths(instance.testPatch), ...(instance.hidden ?? [])]);
  const reference = new Set(changedPaths(instance.gold));
  const words = new Set(testWords(instance.evalScript).map((word) => word.replace(/^(\.\/)+/, '').split('::')[0]!));
  const makes = ['make', 'cmake', 'ctest', 'ninja', 'meson'].some((program) => words.has(program));
  return (path) => {
    const name = path.split('/').at(-1)!;
    if (tests.has(path) || path.split('/').includes('.git')) return 'base';
    if (CONFIGURATION.some((kind) => kind.test(name)) || CONFIGURATION_FOLDERS.test(path)) return 'reference';
    const code =
      LOADED.some((kind) => kind.test(name)) ||
      LOADED_FOLDERS.test(path) ||
      INSTALLED.test(path) ||
      (SHADOWING.test(path) && !inBase(path)) ||
      RUNNERS[instance.logParser]?.test(path) === true ||
      words.has(path) ||
      BUILD.test(name) ||
      BUILD_FOLDERS.test(path);
    if (code) return reference.has(path) ? undefined : 'base';
    if (makes && MAKE.test(name)) return reference.has(path) ? undefined : 'names';
    return hasRunnerPart(path) ? 'part' : undefined;
  };
}
