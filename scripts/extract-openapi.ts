/**
 * Refreshes test/fixtures/openapi.json.gz: what GitHub's published API description says about the operations the local
 * GitHub serves. Usage: node scripts/extract-openapi.ts [version of @octokit/openapi]
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { startLocalGitHub } from '../src/local-github/start.ts';
import { EXTRACT, extract } from '../test/contract/openapi/extract.ts';
import { ALIASES, UNDESCRIBED } from '../test/contract/openapi/undescribed.ts';

const version = process.argv[2] ?? '23.0.2';
const folder = mkdtempSync(join(tmpdir(), 'huxley-openapi-'));
try {
  const github = await startLocalGitHub({ dir: join(folder, 'github') });
  const routes = github.router.operations
    .map(({ route }) => route)
    .filter((route) => !(route in UNDESCRIBED || route in ALIASES));
  await github.close();
  // Not a dependency: the package unpacks to 400 MB.
  const [packed] = JSON.parse(
    execFileSync('npm', ['pack', '--json', `@octokit/openapi@${version}`], { cwd: folder, encoding: 'utf8' }),
  ) as { filename: string }[];
  const file = 'package/generated/api.github.com.json';
  execFileSync('tar', ['-xzf', packed!.filename, file], { cwd: folder });
  const result = extract(
    JSON.parse(readFileSync(join(folder, file), 'utf8')),
    routes,
    `@octokit/openapi ${version}, api.github.com`,
  );
  const zipped = gzipSync(JSON.stringify(result), { level: 9 });
  writeFileSync(EXTRACT, zipped);
  const { operations, components } = result;
  console.log(
    `${Object.keys(operations).length} operations, ${Object.keys(components.schemas).length} schemas, ${zipped.length} bytes`,
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
