// Commits HEAD's files and, with them, the actions as bundled from those sources on origin's branch `action`, and prints that
// commit: the one people pin. The sources' own branches never hold a bundle, so none there can be stale. `--release FILE` adds that
// file as release.json, which names the images that jobs pull.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { projectPath } from '../src/environment/project.ts';
import { publishedImages } from '../src/environment/release.ts';
import { bundleActions } from '../src/local-github/world/bundle-action.ts';
import { PACKAGE_CALL } from '../src/model/command-line.ts';

const REF = 'refs/heads/action';
const { release } = parseArgs({ options: { release: { type: 'string' } } }).values;

if (git(['status', '--porcelain']) !== '') {
  console.error('The working tree differs from HEAD: commit first, so that the bundle is of the commit it names.');
  process.exit(1);
}
if (release !== undefined && publishedImages(release) === null) throw new Error(`There is no ${release}`);
const head = git(['rev-parse', 'HEAD']);
const before = git(['ls-remote', 'origin', REF]).split('\t')[0];
if (before) git(['fetch', '--quiet', 'origin', REF]);
// Both are parents: what people pinned before stays reachable, and each bundle tells which sources it is of.
const parents = [...(before ? ['-p', before] : []), '-p', head];
const commit = git(['commit-tree', await treeWithBundle(), ...parents, '-m', `Bundle the action of ${head}`]);
git(['push', '--quiet', 'origin', `${commit}:${REF}`]);
console.log(commit);

async function treeWithBundle(): Promise<string> {
  const scratch = mkdtempSync(join(tmpdir(), 'huxley-publish-'));
  const index = { GIT_INDEX_FILE: join(scratch, 'index') };
  try {
    git(['read-tree', 'HEAD'], { env: index });
    const add = (path: string, input: string | Uint8Array) => {
      const blob = git(['hash-object', '-w', '--stdin'], { input });
      git(['update-index', '--add', '--cacheinfo', `100644,${blob},${path}`], { env: index });
    };
    for (const { path, contents } of await bundleActions(PACKAGE_CALL))
      add(path.slice(projectPath().length + 1), contents);
    if (release !== undefined) add('release.json', readFileSync(release));
    return git(['write-tree'], { env: index });
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

function git(args: string[], { env = {}, input = '' }: { env?: NodeJS.ProcessEnv; input?: string | Uint8Array } = {}) {
  return execFileSync('git', args, {
    cwd: projectPath(),
    env: { ...process.env, ...env },
    input,
    encoding: 'utf8',
  }).trim();
}
