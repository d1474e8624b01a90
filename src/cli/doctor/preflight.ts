import { openSuite } from '../../benchmark/kinds.ts';
import type { Finding } from '../../contract/contract.ts';
import { namesOf } from '../../contract/settings.ts';
import { systemTrouble } from '../../environment/system-trouble.ts';
import { agentImage } from '../../job/agent-image.ts';
import { printable } from '../../job/attempt/printable.ts';
import { preflight } from '../../job/preflight.ts';
import { HuxleyError } from '../../model/error.ts';
import type { SetupOptions } from '../../sandbox/setup/engine.ts';
import type { Check } from '../../sandbox/setup/examine.ts';
import { openSandbox } from '../../sandbox/setup/open.ts';
import { agentOf, limitsOf, readAgentFolder } from '../agent/folder.ts';
import { openModel } from '../agent/open-model.ts';
import { environmentSecret } from '../agent/secret.ts';

const NAMES: Readonly<Record<Finding['about'], string>> = {
  tasks: 'Tasks',
  root: 'Root',
  image: 'Image of the job',
  models: 'Models',
  check: 'Check of the root',
};

/** What a preflight found, or that it found nothing. */
export function preflightResult(findings: readonly Finding[], costUSD: number, rehearsal: boolean): readonly Check[] {
  if (findings.length > 0)
    return findings.map(({ about, fatal, text }) => ({
      name: NAMES[about],
      state: fatal ? 'missing' : 'note',
      detail: printable(text),
      remedy: null,
    }));
  const who = rehearsal ? 'the rehearsal model, not a real one, answers' : 'each model answers';
  const detail = `tasks can be read, the root passes its check, ${who} ($${costUSD.toFixed(4)})`;
  return [{ name: 'First job', state: 'ok', detail, remedy: null }];
}

interface Options {
  readonly folder: string;
  /** Checkout of a suite that isn't embedded. */
  readonly path: string | undefined;
  readonly setup: SetupOptions;
  readonly signal: AbortSignal;
}

/**
 * What the first job of a run would find, tried here on the files as they lie in the folder: containers are started, and
 * each model is called once, which costs that call.
 */
export async function tryPreflight({ folder, path, setup, signal }: Options): Promise<readonly Check[]> {
  try {
    const { configuration, files } = await readAgentFolder(folder);
    const { models, benchmark } = configuration;
    using open = await openSandbox(setup);
    await using model = await openModel(namesOf(models.solve, models.modify, models.diagnose), models);
    const { findings, gateway } = await preflight(
      {
        agent: agentOf(configuration),
        models,
        limits: limitsOf(configuration),
        suite: { name: benchmark.suite, digest: null },
        tasks: [],
      },
      {
        openSuite: () =>
          openSuite(benchmark.suite, {
            root: folder,
            network: benchmark.network,
            image: (name) => open.image(name),
            sandbox: async () => open.sandbox,
            ...(path !== undefined && { path }),
          }),
        openSandbox: async (name) => {
          const own = name === configuration.agent.image;
          const parts = { signal, report: setup.report, secretOf: environmentSecret };
          const image = own
            ? await agentImage(open, agentOf(configuration), benchmark.suite, async () => files, parts)
            : await open.image(name);
          return { sandbox: open.sandbox, image };
        },
        files: async () => files,
        secretOf: environmentSecret,
        upstream: () => model.endpoints,
        secrets: [],
        signal,
        report: (line) => setup.report(line),
      },
    );
    const cost = gateway?.usage().costUSD ?? 0;
    await gateway?.close();
    return preflightResult(findings, cost, model.rehearsal);
  } catch (error) {
    signal.throwIfAborted();
    const known = error instanceof HuxleyError ? error : systemTrouble(error);
    if (known === null) throw error;
    return [{ name: 'First job', state: 'missing', detail: known.message, remedy: known.remedy }];
  }
}
