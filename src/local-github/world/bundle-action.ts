import { readFileSync } from 'node:fs';
import { build, type OutputFile, type Plugin } from 'esbuild';
import { projectPath } from '../../environment/project.ts';
import { CALL } from '../../model/command-line.ts';
import { ACTIONS, type ActionName } from './actions.ts';

/** Parts of dockerode that reach engines over SSH and build with BuildKit; the action uses neither. */
const UNUSED = /^(ssh2|@grpc\/grpc-js|@grpc\/proto-loader|protobufjs)(\/.*)?$/;

export const withoutUnused: Plugin = {
  name: 'without-unused',
  setup(builder) {
    builder.onResolve({ filter: UNUSED }, ({ path }) => ({ path, namespace: 'unused' }));
    builder.onLoad({ filter: /.*/, namespace: 'unused' }, ({ path }) => ({
      contents: `const absent = new Proxy(function () { throw new Error('${path} is not part of the action'); }, {
        get: (target, key) => (key === 'prototype' ? target.prototype : absent),
      });
      module.exports = absent;`,
    }));
  },
};

/** Messages then name commands as this call. */
const withCall = (call: string): Plugin => ({
  name: 'with-call',
  setup(builder) {
    builder.onLoad({ filter: /\/src\/model\/command-line\.ts$/ }, ({ path }) => ({
      contents: readFileSync(path, 'utf8').replace(CALL, call),
      loader: 'ts',
    }));
  },
});

/** Packages in CommonJS ask for what an ES module lacks. */
export const BANNER = `import { createRequire as __createRequire } from 'node:module';
import { fileURLToPath as __fileURLToPath } from 'node:url';
const require = __createRequire(import.meta.url);
const __filename = __fileURLToPath(import.meta.url);
const __dirname = __fileURLToPath(new URL('../../local', import.meta.url));`;

/**
 * An action in one file, and the licences of what is in it, with the paths they have in a release.
 *
 * @param call how its messages call Huxley's commands; PACKAGE_CALL in a release
 */
export async function bundleAction(name: ActionName, call = CALL): Promise<readonly OutputFile[]> {
  const { folder, entry } = ACTIONS[name];
  const { outputFiles } = await build({
    entryPoints: [projectPath(entry)],
    absWorkingDir: projectPath(),
    outfile: projectPath(folder, 'dist', 'index.js'),
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    minify: true,
    legalComments: 'linked',
    banner: { js: BANNER },
    plugins: [withoutUnused, withCall(call)],
    logLevel: 'warning',
    write: false,
  });
  return outputFiles;
}

/** All of them, as a release has them. */
export async function bundleActions(call = CALL): Promise<readonly OutputFile[]> {
  return (await Promise.all([bundleAction('job', call), bundleAction('controller', call)])).flat();
}
