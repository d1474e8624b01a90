import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { projectPath } from '../../environment/project.ts';
import { HuxleyError } from '../../model/error.ts';

let folder: Promise<string> | undefined;

/**
 * A folder with the action as a runner gets it, its bundle made from these sources and no others. Kept under its content's
 * digest, inside the installation, where the bundle finds the files it needs.
 *
 * @throws HuxleyError `action.bundler`
 */
export function actionFolder(): Promise<string> {
  folder ??= makeFolder();
  return folder;
}

async function makeFolder(): Promise<string> {
  const files = new Map<string, Uint8Array>([['action.yml', readFileSync(projectPath('action', 'action.yml'))]]);
  for (const { path, contents } of await bundle()) files.set(join('dist', basename(path)), contents);
  const digest = createHash('sha256');
  for (const [name, contents] of files) digest.update(`${name}\0${contents.byteLength}\0`).update(contents);
  const made = projectPath('node_modules', '.cache', `huxley-action-${digest.digest('hex').slice(0, 16)}`);
  if (existsSync(made)) return made;
  mkdirSync(dirname(made), { recursive: true });
  const partial = mkdtempSync(`${made}.`);
  for (const [name, contents] of files) {
    mkdirSync(dirname(join(partial, name)), { recursive: true });
    writeFileSync(join(partial, name), contents);
  }
  try {
    renameSync(partial, made);
  } catch (error) {
    // Another process may have made the same in the meantime.
    rmSync(partial, { recursive: true, force: true });
    if (!existsSync(made)) throw error;
  }
  return made;
}

async function bundle() {
  const refuse = (error: Error & { code?: string }) => {
    // The second is what esbuild says where its program for this machine, an optional dependency, is absent.
    if (error.code !== 'ERR_MODULE_NOT_FOUND' && !/@esbuild\/|esbuild for another platform/.test(error.message))
      throw error;
    throw new HuxleyError(
      'action.bundler',
      'The action can’t be bundled: esbuild is not installed for this machine.',
      'Run `npm ci` without `--omit=dev` and `--omit=optional`.',
      { cause: error },
    );
  };
  const { bundleAction } = await import('./bundle-action.ts').catch(refuse);
  return bundleAction().catch(refuse);
}
