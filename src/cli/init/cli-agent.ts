import { readFileSync } from 'node:fs';
import { projectPath } from '../../environment/project.ts';

/** The folder of a repository that starts a CLI on what the repository configures it with. */
export const HARNESS = 'huxley';

interface Cli {
  /** For people. */
  readonly title: string;
  /** Files and folders that configure it, the surest first. */
  readonly signs: readonly string[];
  readonly binary: string;
  /** Lines of `run.sh` instead of the one that copies the example's configuration; `$to` is where the CLI looks for one. */
  readonly copy: (to: string) => string;
  /** What the example keeps in its configuration and every call needs: the endpoint, and no updates. */
  readonly settings: string | null;
  /** Unusual files that variants are to change. */
  readonly allow: readonly string[];
}

const folder = (name: string, to: string) => `if [ -d "$agent/${name}" ]; then cp -R "$agent/${name}/." "${to}"; fi`;
const file = (name: string, to: string) => `if [ -f "$agent/${name}" ]; then cp "$agent/${name}" "${to}"; fi`;

/** CLIs that a repository may be a configuration of, as the examples start them. */
export const CLIS = {
  'claude-code': {
    title: 'Claude Code',
    signs: ['.claude', 'CLAUDE.md'],
    binary: 'claude',
    copy: (to) => [folder('.claude', to), file('CLAUDE.md', to)].join('\n'),
    settings: null,
    allow: ['.claude/**'],
  },
  opencode: {
    title: 'opencode',
    signs: ['.opencode', 'opencode.json', 'opencode.jsonc'],
    binary: 'opencode',
    copy: (to) =>
      [
        folder('.opencode', to),
        ...['AGENTS.md', 'opencode.json', 'opencode.jsonc'].map((name) => file(name, to)),
        `export OPENCODE_CONFIG="$agent/${HARNESS}/opencode.json"`,
      ].join('\n'),
    settings: 'opencode/opencode.json',
    allow: ['.opencode/**'],
  },
  pi: {
    title: 'pi',
    signs: ['.pi'],
    binary: 'pi',
    copy: (to) => [folder('.pi', to), file('AGENTS.md', to)].join('\n'),
    settings: 'pi/models.json',
    allow: ['.pi/**'],
  },
  codex: {
    title: 'Codex',
    signs: ['.codex', 'AGENTS.md'],
    binary: 'codex',
    copy: (to) =>
      [folder('.codex', to), file('AGENTS.md', to), `cp "$agent/${HARNESS}/config.toml" "${to}"`].join('\n'),
    settings: 'codex/config.toml',
    allow: ['.codex/**'],
  },
} as const satisfies Readonly<Record<string, Cli>>;

export type CliName = keyof typeof CLIS;

export interface CliAgent {
  readonly solve: string;
  readonly check: string;
  readonly build: string;
  readonly allow: readonly string[];
  /** Files to add to the repository, by path; those that end in `.sh` are programs. */
  readonly files: Readonly<Record<string, string>>;
}

/** What a repository that configures a CLI lacks to be an agent: the CLI in a pinned version, and how it is started. */
export function cliAgent(name: CliName): CliAgent {
  const { binary, copy, settings, allow }: Cli = CLIS[name];
  const example = (path: string) => readFileSync(projectPath('examples', name, path), 'utf8');
  const run = example('run.sh')
    .replaceAll('$agent/node_modules/', `$agent/${HARNESS}/node_modules/`)
    .replace(/^cp -R "\$agent\/[^"]*" "([^"]*)"$/m, (_, to: string) => copy(to))
    .replace(
      /^# One task.*$/m,
      `# One task, or one change to this repository: ${CLIS[name].title} with what the repository configures it with.`,
    );
  return {
    solve: `sh ${HARNESS}/run.sh`,
    check: `sh ${HARNESS}/check.sh`,
    build: `npm ci --prefix ${HARNESS}`,
    allow,
    files: {
      [`${HARNESS}/run.sh`]:
        settings === null
          ? run
          : run.replaceAll(`$agent/${settings}`, `$agent/${HARNESS}/${settings.replace(/^.*\//, '')}`),
      [`${HARNESS}/check.sh`]: `#!/bin/sh
# What a variant must pass before it is measured: ${CLIS[name].title} starts, and so can its scripts.
set -eu
${HARNESS}/node_modules/.bin/${binary} --version
sh -n ${HARNESS}/run.sh
`,
      ...Object.fromEntries(
        ['package.json', 'package-lock.json', ...(settings === null ? [] : [settings])].map((path) => [
          `${HARNESS}/${path.replace(/^.*\//, '')}`,
          example(path),
        ]),
      ),
      [`${HARNESS}/.gitignore`]: 'node_modules/\n',
    },
  };
}
