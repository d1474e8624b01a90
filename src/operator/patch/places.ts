import { matchesGlob } from './glob.ts';

/** What an editor, a CI service, git's hooks, a package manager or a shell reads and acts upon by itself. */
const ACTING: readonly RegExp[] = [
  /(^|\/)\.(circleci|husky|vscode|idea|fleet|zed|devcontainer|gitlab|buildkite|woodpecker|drone|semaphore|teamcity|azure-pipelines|forgejo|gitea|githooks|git-hooks|hooks|lefthook|trunk|gitpod|codesandbox|replit|yarn|cargo|mvn|bundle|ssh|docker)\//,
  /(^|\/)\.(gitlab-ci|travis|drone|woodpecker|cirrus|appveyor|pre-commit-config|pre-commit-hooks|lefthook|gitpod|codeclimate|mergify|golangci|goreleaser|releaserc|renovaterc|lintstagedrc|huskyrc|simple-git-hooks|commitlintrc|overcommit|shippable|tekton|readthedocs)(\.[\w.-]+)?$/,
  /(^|\/)\.(envrc|env|npmrc|yarnrc|pnpmfile|pypirc|netrc|bashrc|zshrc|profile|inputrc|tool-versions|mise|nvmrc|node-version|python-version|ruby-version|sdkmanrc|replit|gitconfig|mailmap|git-blame-ignore-revs|dockerignore|mcp)(\.[\w.-]+)?$/,
  /(^|\/)(jenkinsfile|procfile|vagrantfile|dangerfile|fastfile|earthfile|tiltfile|brewfile|appfile|justfile|taskfile|guardfile|capfile)(\.\w+)?$/i,
  /(^|\/)(azure-pipelines|bitbucket-pipelines|appveyor|buildspec|cloudbuild|codefresh|wercker|lefthook|skaffold|pre-commit|action|renovate|render|fly|vercel|netlify|now|heroku|app|firebase|wrangler|railway|nixpacks|taskfile|mise|devbox|flake|shell|default)\.(ya?ml|json5?|toml|nix)$/i,
  /(^|\/)(docker-?)?compose(\.[\w-]+)?\.ya?ml$/i,
  /\.(code-workspace|sublime-project|iml|service|plist|desktop|pth)$/i,
  /(^|\/)(site|user)customize\.py$/,
];

/** Kinds of plain text that programs, prompts and notes are written in. */
const PLAIN = new Set(
  'ts mts cts tsx js mjs cjs jsx py pyi sh bash rb go rs java kt c h cc cpp hpp cs php pl lua swift md mdx txt rst adoc json jsonl json5 yaml yml toml ini cfg csv tsv xml html css sql j2 jinja jinja2 tmpl tpl hbs mustache ejs liquid prompt graphql proto ebnf peg lark'.split(
    ' ',
  ),
);
const NAMES = /^(readme|license|licence|notice|changelog|authors|contributing|version|copying)$/i;

/** What the parent's tree consists of. */
export class Places {
  readonly #files = new Map<string, boolean>();
  readonly #folders = new Set<string>();
  readonly #kinds = new Set<string>();
  /** Folders with files whose names have no ending. */
  readonly #bare = new Set<string>();

  constructor(files: Iterable<{ readonly path: string; readonly executable: boolean }>) {
    for (const { path, executable } of files) {
      this.#files.set(path, executable);
      for (const folder of foldersOf(path)) this.#folders.add(folder);
      this.#kinds.add(kindOf(path));
      if (kindOf(path) === '' && !path.split('/').at(-1)!.startsWith('.')) this.#bare.add(folderOf(path));
    }
  }

  /** Why a file may not be written where it is, or `null`. @param allow globs the configuration allows */
  refuse(path: string, content: string | null, allow: readonly string[]): string | null {
    if (allow.some((glob) => matchesGlob(path, glob))) return null;
    if (ACTING.some((kind) => kind.test(path))) return 'is acted upon by an editor, a CI service or a tool, unread';
    if (content === null || this.#files.has(path)) return null;
    const hidden = [...foldersOf(path), path].find(
      (part) => part.split('/').at(-1)!.startsWith('.') && !this.#folders.has(part),
    );
    if (hidden !== undefined) return 'is a new dot-file; the configuration allows none';
    const kind = kindOf(path);
    if (
      kind === '' &&
      !this.#bare.has(folderOf(path)) &&
      !NAMES.test(path.split('/').at(-1)!) &&
      !content.startsWith('#!')
    )
      return 'has no extension, and every file next to it has one';
    if (kind !== '' && !PLAIN.has(kind) && !this.#kinds.has(kind))
      return `is of a kind the parent has none of (.${kind})`;
    if (!path.includes('/') && /\.ya?ml$/i.test(path))
      return 'is a new YAML file at the root, where CI services look for theirs';
    return null;
  }

  /** What is unusual about a file that may be written. */
  unusual(path: string, mode: string, deleted: boolean): string[] {
    const known = this.#files.get(path);
    const notes: string[] = [];
    if (deleted) return path.split('/').some((part) => part.startsWith('.')) ? ['removes a dot-file'] : [];
    if (known === undefined) {
      const folder = foldersOf(path)[0];
      if (folder !== undefined && !this.#folders.has(folder)) notes.push(`begins the folder ${folder}/`);
      if (!this.#kinds.has(kindOf(path)))
        notes.push(kindOf(path) === '' ? 'has no ending' : `is the first .${kindOf(path)} file`);
      if (/(^|\/)(gnu)?makefile$|\.mk$|(^|\/)dockerfile/i.test(path)) notes.push('is run by other tools');
    } else if (path.split('/').some((part) => part.startsWith('.'))) notes.push('changes a dot-file');
    if (mode === '100755' && known !== true) notes.push('is made executable');
    return notes;
  }
}

function foldersOf(path: string): string[] {
  return path
    .split('/')
    .slice(0, -1)
    .map((_, i, all) => all.slice(0, i + 1).join('/'));
}

function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

function kindOf(path: string): string {
  return /[^/]\.([^./]+)$/.exec(path)?.[1]?.toLowerCase() ?? '';
}
