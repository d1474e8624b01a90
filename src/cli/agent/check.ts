import { namesOf } from '../../contract/settings.ts';
import { agentImage } from '../../job/agent-image.ts';
import { checkVariant } from '../../job/check.ts';
import { layerOf } from '../../job/layer.ts';
import { checkableTree, visibleTree } from '../../job/tree/visible-tree.ts';
import { withTree } from '../../job/tree/write-tree.ts';
import { HuxleyError } from '../../model/error.ts';
import { visible } from '../../report/text/text.ts';
import type { Check } from '../../sandbox/setup/examine.ts';
import { openSandbox } from '../../sandbox/setup/open.ts';
import type { terminalSetup } from '../terminal/set-up.ts';
import { agentOf, limitsOf, readAgentFolder } from './folder.ts';
import { environmentSecret } from './secret.ts';
import { modifyOnce, type Smoke, solveOnce } from './smoke.ts';

/** Characters of names of hosts that are shown. */
const SHOWN = 1_000;

/**
 * Tries an agent in the order in which a run would need its parts, and stops at the first that is missing: what comes after it could
 * not work either. A scripted model answers, which calls one tool of the agent's and says that it is done.
 */
export async function checkAgent(
  folder: string,
  setup: ReturnType<typeof terminalSetup>,
  signal: AbortSignal,
): Promise<readonly Check[]> {
  const checks: Check[] = [];
  const ok = (name: string, detail: string) => void checks.push({ name, state: 'ok', detail, remedy: null });
  const note = (name: string, detail: string, remedy: string | null) =>
    void checks.push({ name, state: 'note', detail, remedy });
  const step = async <T>(name: string, act: () => Promise<T>): Promise<T> => {
    setup.report(`agent check: ${name.toLowerCase()}`);
    try {
      return await act();
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof HuxleyError)) throw error;
      checks.push({ name, state: 'missing', detail: visible(error.message), remedy: error.remedy });
      throw new Stopped();
    }
  };
  try {
    const { configuration, files } = await step('Configuration', () => readAgentFolder(folder));
    const agent = agentOf(configuration);
    const suite = configuration.benchmark.suite;
    const limits = limitsOf(configuration);
    ok('Configuration', `${files.length} files; solves with \`${agent.solve}\``);
    using open = await step('Image', () => openSandbox(setup));
    const tools = { signal, report: setup.report, secretOf: environmentSecret };
    const image = await step('Image', () => agentImage(open, agent, suite, async () => files, tools));
    ok('Image', image);
    const parts = { sandbox: open.sandbox, image, ...tools };
    const layer = await step('Build', () => layerOf(parts, { agent, suite: { name: suite }, limits }, files));
    if (layer !== null)
      ok('Build', `\`${agent.build!.command}\` made ${layer.folders.map(({ path }) => path).join(', ')}`);
    if (agent.check === null)
      note('Check', 'there is no `agent.check`', 'Name a quick command that notices a variant which does not start.');
    else {
      await step('Check', async () => {
        const trouble = await checkVariant({ ...parts, layer }, agent.check!, checkableTree(files, suite), limits);
        if (trouble !== null) throw new HuxleyError('agent.check', trouble, 'Correct the agent, or the check.');
      });
      ok('Check', `\`${agent.check}\` passes`);
    }
    const seen = visibleTree(files, agent.protect, suite);
    const names = namesOf(configuration.models.solve, configuration.models.modify);
    const asked = new Set<string>();
    await withTree(seen, async (agentFolder) => {
      const smoke: Smoke = { ...parts, layer, agent, agentFolder, models: configuration.models, names, limits, asked };
      const solved = await step('Solve', () => solveOnce(smoke));
      ok('Solve', solved.detail);
      for (const { detail, remedy } of solved.notes) note('Solve', detail, remedy);
      ok('Modify', await step('Modify', () => modifyOnce(smoke, seen)));
    });
    if (asked.size > 0)
      note(
        'Network',
        `it tried to reach ${visible([...asked].slice(0, 10).join(', ')).slice(0, SHOWN)}, without success`,
        'Only the model can be reached. If this costs time, turn off whatever tries to reach more.',
      );
  } catch (error) {
    if (!(error instanceof Stopped)) throw error;
  }
  return checks;
}

/** A step was not passed; its check says why. */
class Stopped extends Error {}
