import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { stringify } from 'yaml';
import { CONFIGURATION_PATH } from '../../config/configuration.ts';
import { readPrivateKey } from '../../environment/app.ts';
import { projectPath } from '../../environment/project.ts';
import { CALL } from '../../model/command-line.ts';
import { HuxleyError } from '../../model/error.ts';
import { orderSigner } from '../../order/signer.ts';
import { keyLine } from '../../run/work/signing-key.ts';
import { WORKFLOW_PATH } from '../../run/work/workflow.ts';
import { RECIPES, type Recipe } from './recipes.ts';

/** Folders that a checkout of Huxley's may hold and no repository should. */
const MADE = /(^|\/)(node_modules|__pycache__)(\/|$)/;
/** How a recipe's configuration leaves room for the App's key. */
const KEY_LINE = /^# app: .*$/m;

interface NewFile {
  readonly path: string;
  readonly text: string;
  readonly executable: boolean;
}

/**
 * Writes a recipe's files into a folder.
 *
 * @param solve the command of an agent of one's own
 * @returns the paths written, and what to do next, a sentence each
 * @throws HuxleyError `init.exists` naming what is there already; then nothing is written
 */
export async function writeRecipe(
  folder: string,
  name: keyof typeof RECIPES,
  solve: string | undefined,
): Promise<{ readonly written: readonly string[]; readonly next: readonly string[] }> {
  const recipe: Recipe | null = RECIPES[name];
  if ((recipe === null) !== (solve !== undefined))
    throw new HuxleyError(
      'init.solve',
      recipe === null ? 'A custom agent needs a command that solves a task' : 'Only --agent custom takes --solve',
      recipe === null
        ? 'Name it: `--agent custom --solve "node agent.js"`.'
        : 'Leave it out, and change the files later.',
    );
  const files = recipe === null ? await customFiles(solve!) : await filesIn(projectPath('examples', recipe.folder));
  const there = files.map(({ path }) => path).filter((path) => existsSync(join(folder, path)));
  if (there.length > 0)
    throw new HuxleyError(
      'init.exists',
      `${resolve(folder)} already holds ${there.slice(0, 5).join(', ')}${there.length > 5 ? ` and ${there.length - 5} more` : ''}`,
      'Name an empty folder, or move these files away.',
    );
  for (const { path, text, executable } of files.map(withKey)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text, { mode: executable ? 0o755 : 0o644, flag: 'wx' });
  }
  return { written: files.map(({ path }) => path), next: nextSteps(folder, recipe?.secret ?? 'OPENAI_API_KEY') };
}

function nextSteps(folder: string, secret: string): readonly string[] {
  return [
    `Try it, without a real model: ${CALL} agent check ${resolve(folder)}`,
    `Name your tasks and what a run may spend in ${CONFIGURATION_PATH}; the suite \`kata\` is a start.`,
    `Commit, push, install the App on the repository, and store ${secret} in its Environment \`huxley\`.`,
    'Comment `/huxley run` on an issue.',
  ];
}

async function filesIn(folder: string): Promise<readonly NewFile[]> {
  const names = (await readdir(folder, { recursive: true })).filter((name) => !MADE.test(name)).sort();
  const files: NewFile[] = [];
  for (const path of names) {
    const facts = await stat(join(folder, path));
    if (facts.isFile())
      // npm packs no file named .gitignore, so the package has another name for it.
      files.push({
        path: path.replace(/_gitignore$/, '.gitignore'),
        text: await readFile(join(folder, path), 'utf8'),
        executable: (facts.mode & 0o100) !== 0,
      });
  }
  return files;
}

/** What an agent that exists already lacks: how Huxley runs it, and where its jobs run. */
async function customFiles(solve: string): Promise<readonly NewFile[]> {
  const starter = await filesIn(projectPath('examples', 'starter-agent'));
  const own = starter.filter(({ path }) => path === CONFIGURATION_PATH || path === WORKFLOW_PATH);
  const command = stringify(solve, { lineWidth: 0 }).trimEnd();
  return own.map((file) =>
    file.path === CONFIGURATION_PATH
      ? {
          ...file,
          text: file.text.replace(
            /^ {2}solve: .*\n {2}check: .*$/m,
            () =>
              `  solve: ${command}\n  # Quick, without a model: notices a variant that does not start.\n  # check: npm test\n  # Once for the same lock files, with no network but registries.\n  # build: npm ci`,
          ),
        }
      : file,
  );
}

/** The configuration with the key of the App that this machine is set up for, where it is. */
function withKey(file: NewFile): NewFile {
  if (file.path !== CONFIGURATION_PATH || !process.env.PRIVATE_KEY) return file;
  const { publicKey } = orderSigner(readPrivateKey(process.env));
  return { ...file, text: file.text.replace(KEY_LINE, () => keyLine([publicKey])) };
}
