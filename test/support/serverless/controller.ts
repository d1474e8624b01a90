import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build, type OutputFile } from 'esbuild';
import { pino } from 'pino';
import { GitHubClock } from '../../../src/app/github-clock.ts';
import { projectPath } from '../../../src/environment/project.ts';
import { CONTROLLER_WORKFLOW, CONTROLLER_WORKFLOW_PATH } from '../../../src/github/controller-workflow.ts';
import type { Forge } from '../../../src/github/forge.ts';
import { unzipFile } from '../../../src/github/unzip.ts';
import { issueJobToken } from '../../../src/local-github/actions/run/app.ts';
import { dispatch, findWorkflow } from '../../../src/local-github/actions/run/dispatch.ts';
import { knownWorkflows } from '../../../src/local-github/actions/run/registry.ts';
import { fireSchedules } from '../../../src/local-github/actions/run/schedule.ts';
import { environmentNamed, setSetting } from '../../../src/local-github/actions/run/settings.ts';
import type { LocalGitHub } from '../../../src/local-github/start.ts';
import { BANNER, withoutUnused } from '../../../src/local-github/world/bundle-action.ts';
import { createRng } from '../../../src/model/rng.ts';
import { systemClock } from '../../../src/run/state/clock.ts';
import { openForges } from '../../../src/serverless/forges.ts';
import { deriveKey } from '../../../src/serverless/keys.ts';
import { openState } from '../../../src/serverless/sealed-state.ts';
import { STATE_FILE } from '../../../src/serverless/states.ts';

/** HUXLEY_KEY of every world, so that the same files give the same commits. */
export const KEY = 'S2V5IG9mIHRoZSB0ZXN0cywgMzIgYnl0ZXMgbG9uZy4';

let folder: Promise<string> | undefined;

/** A folder with the controller's action, made of these sources, where its bundle finds the files it needs. */
export function controllerAction(): Promise<string> {
  folder ??= makeFolder();
  return folder;
}

async function makeFolder(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(import.meta.dirname, '../quick-controller/index.ts')],
    outfile: 'index.js',
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    minify: true,
    banner: { js: BANNER },
    plugins: [withoutUnused],
    logLevel: 'warning',
    write: false,
  });
  const [{ contents, hash }] = outputFiles as [OutputFile];
  const made = projectPath('node_modules', '.cache', `huxley-controller-${hash.replaceAll('/', '_')}`);
  mkdirSync(made, { recursive: true });
  for (const [name, text] of [
    [
      'action.yml',
      readFileSync(projectPath('action', 'controller', 'action.yml'), 'utf8').replace('dist/index.js', 'index.js'),
    ],
    ['package.json', '{ "type": "module" }\n'],
    ['index.js', contents],
  ] as const) {
    const partial = join(made, `${name}.${process.pid}`);
    writeFileSync(partial, text);
    renameSync(partial, join(made, name));
  }
  return made;
}

const WAITING = ['queued', 'pending', 'in_progress'] as const;

/** The controller's workflow in one repository: what starts it, what it leaves, what happens to its runner. */
export class ActionsController {
  readonly #github: LocalGitHub;
  readonly #folder: string;
  #clock: NodeJS.Timeout | undefined;
  #read: { readonly artifact: number; readonly path: string } | undefined;

  constructor(github: LocalGitHub, folder: string) {
    this.#github = github;
    this.#folder = folder;
    mkdirSync(folder, { recursive: true });
  }

  /** As a person sets a repository up: the Environment for the default branch alone, its secrets, the tick box for pull requests. */
  async prepare(kept: Readonly<Record<'secret' | 'variable', Readonly<Record<string, string>>>>): Promise<void> {
    const { actions, hub, setup } = this.#github;
    const repository = setup.repository('octo', 'agent');
    const { id } = environmentNamed(actions, repository, 'huxley');
    actions.tables.environments.update(id, { branches: [{ id: 1, name: 'main' }] });
    for (const kind of ['secret', 'variable'] as const)
      for (const [name, value] of Object.entries(kept[kind]))
        setSetting(actions, kind, repository, name, value, 'huxley');
    hub.store.repositories.update(repository.id, { actionsMayOpenPulls: true });
    await knownWorkflows(actions, setup.repository('octo', 'agent'));
    this.#enable(false);
  }

  /** Lets the workflow run, and time pass: half an hour in each pause of so many milliseconds. */
  start(halfHourMs: number): void {
    this.#enable(true);
    let idle = Date.now();
    this.#clock = setInterval(() => {
      if (this.runs(WAITING).length > 0) idle = Date.now();
      if (Date.now() - idle < halfHourMs) return;
      idle = Date.now();
      fireSchedules(this.#github.actions);
    }, 50);
  }

  readonly faults = { lost: 0, doubled: 0 };

  /** Loses and doubles events, by chance: what GitHub would have started is cancelled while it waits, or started twice. */
  unreliable(seed: number, { lose, double }: { readonly lose: number; readonly double: number }): void {
    const random = createRng(seed);
    const { actions, hub } = this.#github;
    hub.events.on(({ event }, payload) => {
      const { action, workflow_run: run } = payload as { action?: string; workflow_run?: { id: number; path: string } };
      if (event !== 'workflow_run' || run?.path !== CONTROLLER_WORKFLOW_PATH || action !== 'requested') return;
      const drawn = random.next();
      if (drawn < lose) {
        this.faults.lost++;
        void actions.scheduler.cancel(run.id);
      } else if (drawn < lose + double) {
        this.faults.doubled++;
        void this.#dispatch({}).catch(() => {});
      }
    });
  }

  /** Disables the workflow; a tick under way ends first. */
  async stop(): Promise<void> {
    clearInterval(this.#clock);
    this.#enable(false);
    while (this.runs(WAITING).length > 0) await new Promise((resolve) => setTimeout(resolve, 50));
  }

  #enable(active: boolean): void {
    const { workflows } = this.#github.actions.tables;
    const found = workflows.find({ path: CONTROLLER_WORKFLOW_PATH });
    if (found) workflows.update(found.id, { state: active ? 'active' : 'disabled_manually' });
  }

  /** Runs of the controller's workflow. */
  runs(status?: readonly (typeof WAITING)[number][]) {
    const { workflows, runs } = this.#github.actions.tables;
    const found = workflows.find({ path: CONTROLLER_WORKFLOW_PATH });
    return found ? runs.list({ workflow: found.id, ...(status ? { status } : {}) }) : [];
  }

  /** The repository as the controller reaches it with a token. */
  async forge(): Promise<Forge> {
    const { hub, actions, setup, apiUrl } = this.#github;
    const repository = setup.repository('octo', 'agent');
    const permissions = Object.fromEntries(
      ['contents', 'pull_requests', 'issues', 'checks', 'actions'].map((scope) => [scope, 'write'] as const),
    );
    const token = issueJobToken(hub, actions.app, repository, { ...permissions, statuses: 'read', metadata: 'read' });
    const { forges } = await openForges(
      {
        identity: { kind: 'token', token },
        secret: KEY,
        place: { repository: 'octo/agent', repositoryId: repository.id },
        apiURL: apiUrl,
        log: pino({ level: 'silent' }),
        throttle: false,
      },
      { limits: null, clock: new GitHubClock(systemClock) },
    );
    return forges.forge('octo/agent');
  }

  /** Starts a tick by hand, and waits until everything rests. Gives how it ended and what it said. */
  async tick(inputs: Readonly<Record<string, string>> = {}): Promise<{ conclusion: string | null; log: string }> {
    const { actions } = this.#github;
    this.#enable(true);
    const id = await this.#dispatch(inputs);
    await actions.scheduler.idle();
    return { conclusion: actions.tables.runs.get(id)!.conclusion, log: this.log(id) };
  }

  async #dispatch(inputs: Readonly<Record<string, string>>): Promise<number> {
    const { actions, setup } = this.#github;
    const repository = setup.repository('octo', 'agent');
    const workflow = await findWorkflow(actions, repository, CONTROLLER_WORKFLOW);
    const user = setup.user('octo');
    return (
      await dispatch(actions, repository, { type: 'user', user }, workflow, { ref: repository.defaultBranch, inputs })
    ).id;
  }

  /** What a run of a workflow said. */
  log(run: number): string {
    const { tables, logs } = this.#github.actions;
    return tables.jobs
      .list({ run })
      .map(({ id }) => logs.read(id) ?? '')
      .join('\n');
  }

  /** The journal in the newest state that was sealed with the key; undefined while there is none. */
  async journal(): Promise<string | undefined> {
    const { tables, blobs } = this.#github.actions;
    for (const { id, name } of tables.artifacts.list({ finalized: true }, { descending: true })) {
      if (!name.startsWith('huxley-state-')) continue;
      if (this.#read?.artifact === id) return this.#read.path;
      // It may be discarded in this moment: a newer one is there.
      const zip = await blobs.read(id).catch(() => undefined);
      if (zip === undefined) return this.journal();
      const state = stateIn(zip);
      if (state === null) continue;
      const path = join(this.#folder, `${id}.sqlite`);
      writeFileSync(path, state.database);
      this.#read = { artifact: id, path };
      return path;
    }
    return undefined;
  }
}

function stateIn(zip: Buffer) {
  try {
    return openState(deriveKey(KEY, 'state'), unzipFile(zip, STATE_FILE, 1e9));
  } catch {
    return null;
  }
}
