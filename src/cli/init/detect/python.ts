import { parse } from 'smol-toml';
import { z } from 'zod';
import type { Folder } from './folder.ts';
import { AGENT_NAMES, type Program } from './program.ts';

const projectSchema = z.object({
  project: z
    .object({
      dependencies: z.array(z.string()).catch([]).default([]),
      scripts: z.record(z.string(), z.string()).catch({}).default({}),
    })
    .optional(),
});

/** The module path of what the build installs. */
const MODULES = 'python_modules';
const INTO = `/tmp/venv/bin/pip install --target=${MODULES}`;
const READ_PROJECT = `python3 -c "import tomllib; print(*tomllib.load(open('pyproject.toml', 'rb'))['project']['dependencies'], sep='\\n')" > /tmp/requirements.txt`;
const READ_LOCK =
  '/tmp/venv/bin/pip install uv && /tmp/venv/bin/uv export --frozen --no-dev --no-emit-project -o /tmp/requirements.txt';

/** The program that `pyproject.toml`, or a file's name, says is the agent; null for none. */
export function pythonProgram(folder: Folder): Program | null {
  const project = readProject(folder);
  const found = script(folder, project?.scripts ?? {}) ?? named(folder) ?? packageOf(folder);
  if (found === null) return null;
  const build = unknownPythonBuild(folder) ? null : installation(folder, project?.dependencies ?? []);
  const paths = [...(build === null ? [] : [MODULES]), ...(found.inSource ? ['src'] : [])];
  // What is installed belongs to the Python of the sandbox image, which images of tasks find in the runtime.
  const python = build === null ? 'python3' : '"${HUXLEY_RUNTIME:-/usr}/bin/python3"';
  const prefix = paths.length === 0 ? '' : `PYTHONPATH=${paths.join(':')} `;
  return {
    from: found.from,
    solve: `${prefix}${python} ${found.words}`,
    check: hasTests(folder) ? `${prefix}python3 -m pytest -q -p no:cacheprovider` : null,
    build,
    unknownBuild: unknownPythonBuild(folder),
  };
}

interface Found {
  readonly from: string;
  readonly words: string;
  /** Whether its package lies in `src`. */
  readonly inSource: boolean;
}

/** What the first of the project's console scripts calls. */
function script(folder: Folder, scripts: Readonly<Record<string, string>>): Found | null {
  const match = /^([\w.]+):([\w.]+)$/.exec(Object.values(scripts)[0] ?? '');
  if (match === null) return null;
  const [, module, name] = match as unknown as [string, string, string];
  const [top] = module.split('.') as [string];
  const inSource = folder.has(`src/${top}`) || folder.has(`src/${top}.py`);
  const words = `-c 'import sys; from ${module} import ${name.split('.')[0]}; sys.exit(${name}())'`;
  return { from: 'pyproject.toml (project.scripts)', words, inSource };
}

function named(folder: Folder): Found | null {
  for (const base of ['', 'src/'])
    for (const name of AGENT_NAMES)
      if (folder.has(`${base}${name}.py`))
        return { from: `${base}${name}.py`, words: `${base}${name}.py`, inSource: false };
  return null;
}

/** A package that can be run: one with a `__main__.py`. */
function packageOf(folder: Folder): Found | null {
  for (const base of ['', 'src/'])
    for (const entry of folder.list(base)) {
      const name = entry.replace(/\/$/, '');
      if (/^[A-Za-z_]\w*\/$/.test(entry) && folder.has(`${base}${name}/__main__.py`))
        return { from: `${base}${name}/__main__.py`, words: `-m ${name}`, inSource: base === 'src/' };
    }
  return null;
}

function installation(folder: Folder, dependencies: readonly string[]): string | null {
  const venv = 'python3 -m venv /tmp/venv';
  if (folder.has('uv.lock')) return `${venv} && ${READ_LOCK} && ${INTO} -r /tmp/requirements.txt`;
  if (folder.has('requirements.txt')) return `${venv} && ${INTO} -r requirements.txt`;
  return dependencies.length === 0 ? null : `${venv} && ${READ_PROJECT} && ${INTO} -r /tmp/requirements.txt`;
}

/** The file that says what to install and that pip alone does not install as it says; undefined for none, and where another does. */
export function unknownPythonBuild(folder: Folder): string | undefined {
  if (folder.has('uv.lock') || folder.has('requirements.txt')) return undefined;
  const lock = ['poetry.lock', 'pdm.lock', 'Pipfile.lock', 'Pipfile'].find((name) => folder.has(name));
  if (lock !== undefined) return lock;
  const poetry = /^\[tool\.poetry\.dependencies\]\n([^[]*)/m.exec(folder.read('pyproject.toml') ?? '')?.[1] ?? '';
  if (/^(?!python\b)[\w"'.-]+\s*=/m.test(poetry)) return 'pyproject.toml';
  return ['setup.py', 'setup.cfg'].find((name) => folder.read(name)?.includes('install_requires'));
}

function hasTests(folder: Folder): boolean {
  const isTest = (name: string) => /^(test_.*|.*_test)\.py$/.test(name);
  return folder.list('').some(isTest) || folder.list('tests').some(isTest);
}

function readProject(folder: Folder) {
  try {
    return projectSchema.parse(parse(folder.read('pyproject.toml') ?? '')).project ?? null;
  } catch {
    return null;
  }
}
