import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { projectPath } from '../../environment/project.ts';
import { HuxleyError } from '../../model/error.ts';
import { ACTIONS, type ActionName, usesOf } from './actions.ts';

const folders = new Map<ActionName, Promise<string>>();

/**
 * A folder with an action as a runner gets it, its bundle made from these sources and no others. Kept under its content's
 * digest, inside the installation, where the bundle finds the files it needs.
 *
 * @throws HuxleyError `action.bundler`
 */
export function actionFolder(name: ActionName = 'job'): Promise<string> {
  const folder = folders.get(name) ?? makeFolder(name);
  folders.set(name, folder);
  return folder;
}

async function makeFolder(name: ActionName): Promise<string> {
  const manifest = readFileSync(projectPath(ACTIONS[name].folder, 'action.yml'));
  const files = new Map<string, Uint8Array>([['action.yml', manifest]]);
  for (const { path, contents } of await bundle(name)) files.set(join('dist', basename(path)), contents);
  const digest = createHash('sha256');
  for (const [file, contents] of files) digest.update(`${file}\0${contents.byteLength}\0`).update(contents);
  const made = projectPath('node_modules', '.cache', `huxley-action-${digest.digest('hex').slice(0, 16)}`);
  if (existsSync(made)) return made;
  mkdirSync(dirname(made), { recursive: true });
  const partial = mkdtempSync(`${made}.`);
  for (const [file, contents] of files) {
    mkdirSync(dirname(join(partial, file)), { recursive: true });
    writeFileSync(join(partial, file), contents);
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

async function bundle(name: ActionName) {
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
  return bundleAction(name).catch(refuse);
}

/** Every action's folder, by what workflows name it. */
export async function ownActions(): Promise<Readonly<Record<string, string>>> {
  const names = ['job', 'controller'] as const;
  return Object.fromEntries(await Promise.all(names.map(async (name) => [usesOf(name), await actionFolder(name)])));
}
