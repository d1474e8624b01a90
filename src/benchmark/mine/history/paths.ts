/** What a path of a repository is to a task. */
export type Part = 'test' | 'source' | 'other';

const CODE = /\.(?:[cm]?[jt]sx?|py)$/;
const TEST_FOLDER = /(?:^|\/)(?:tests?|__tests__|specs?|__snapshots__|fixtures?)\//i;
const TEST_FILE =
  /(?:^|\/)(?:test_[^/]*\.py|[^/]*_test\.py|conftest\.py|(?:test-[^/]*|(?:[^/]*[._-])?(?:tests?|spec|test-d))\.[cm]?[jt]sx?)$/;
/** Made by tools, or nothing that tests are about. */
const ASIDE =
  /(?:^|\/)(?:dist|build|out|vendor|third_party|node_modules|coverage|docs?|examples?|bench(?:marks?)?|\.[^/]+)\/|\.min\.[cm]?js$|(?:^|\/)(?:\.[^/]+|[^/]+\.config\.[cm]?[jt]s|gulpfile\.js|Gruntfile\.js|benchmark\.js|setup\.py)$/i;
const HELPER =
  /(?:^|\/)(?:fixtures?|helpers?|support|mocks?|__mocks__|__snapshots__|stubs?|assets)\/|(?:^|\/)(?:_[^/]*|(?:helpers?|setup|common|conftest|__init__)\.[^/]+)$|\.d\.[cm]?ts$|\.test-d\.[cm]?ts$/i;
const NAMED = /[._-](?:tests?|spec)\.[cm]?[jt]sx?$|(?:^|\/)(?:test_[^/]*|[^/]*_test)\.py$/;

export function partOf(path: string): Part {
  if (TEST_FOLDER.test(path) || TEST_FILE.test(path)) return 'test';
  return CODE.test(path) && !ASIDE.test(path) ? 'source' : 'other';
}

export function isPython(path: string): boolean {
  return path.endsWith('.py');
}

/** Of changed files, those that a runner is given; where some are named as tests, others are what these use. */
export function runnable(paths: readonly string[]): readonly string[] {
  const code = paths.filter((path) => partOf(path) === 'test' && CODE.test(path) && !HELPER.test(path));
  const named = code.filter((path) => NAMED.test(path));
  return named.length > 0 ? named : code.filter((path) => !isPython(path));
}

/** Whether a path may become one of a task's folder: plain, not hidden in what shows nothing, and none that git takes for its own. */
export function isTakable(path: string): boolean {
  return (
    path.length <= 190 &&
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
    !/[\u0000-\u001f\u007f\\\ufffd]/.test(path) &&
    path.split('/').every((name) => !['', '.', '..'].includes(name) && name.toLowerCase() !== '.git')
  );
}
