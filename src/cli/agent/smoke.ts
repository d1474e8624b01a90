import type { AgentConfig, JobLimits, ModelsConfig } from '../../contract/settings.ts';
import { startGateway } from '../../gateway/gateway.ts';
import type { TranscriptEntry } from '../../gateway/record/transcript.ts';
import type { Attempt, AttemptSpec } from '../../job/attempt/agent-call.ts';
import { attempt } from '../../job/attempt/attempt.ts';
import { endpointsOf } from '../../job/endpoints.ts';
import { HuxleyError } from '../../model/error.ts';
import type { FileEntry } from '../../model/file.ts';
import { diffTrees } from '../../operator/patch/change.ts';
import { NO_FINGERPRINTS } from '../../operator/patch/contamination.ts';
import { describeViolations, validatePatch } from '../../operator/patch/validate.ts';
import { type Script, scriptedModel } from '../../rehearsal/scripted/model.ts';
import { FENCED, fencedCommand, shellCall } from '../../rehearsal/scripted/shell-call.ts';
import { visible } from '../../report/text/text.ts';
import type { Layer, Sandbox } from '../../sandbox/port.ts';

/** What the agent is tried with. */
export interface Smoke {
  readonly sandbox: Sandbox;
  readonly image: string;
  readonly layer: Layer | null;
  readonly agent: AgentConfig;
  readonly agentFolder: string;
  readonly models: ModelsConfig;
  readonly names: readonly string[];
  readonly limits: JobLimits;
  readonly signal: AbortSignal;
  /** Where names of hosts are kept that the agent looked for. */
  readonly asked: Set<string>;
}

interface Note {
  readonly detail: string;
  readonly remedy: string;
}

/** Seconds an agent may take where the model answers at once. */
const MOST_SECONDS = 180;
const ANSWER = 'answer.txt';
const NOT_STARTED = [126, 127];

/**
 * One task: the model asks for one command, and then says that it is done.
 *
 * @throws HuxleyError `agent.smoke` with the first thing that is missing
 */
export async function solveOnce(smoke: Smoke): Promise<{ readonly detail: string; readonly notes: readonly Note[] }> {
  const workspace = [{ path: 'README.md', content: Buffer.from('Nothing is here yet.\n'), executable: false }];
  const tried = await tryOnce(smoke, {
    mode: 'solve',
    command: smoke.agent.solve,
    workspace,
    statement: `Write the word huxley into the file ${ANSWER} in the current folder, and end there.\n`,
    shell: `echo huxley > ${ANSWER}`,
  });
  const answer = tried.attempt.files?.find(({ path }) => path === ANSWER);
  if (answer === undefined) throw undone(tried, `${ANSWER} is not in HUXLEY_WORKSPACE`);
  const notes: Note[] = [];
  if (tried.attempt.exitCode !== 0)
    notes.push({ detail: `it ended: ${tried.attempt.ended}`, remedy: 'It is still graded on what it left.' });
  if (tried.refused.length > 0)
    notes.push({ detail: `some of its calls were refused: ${refusals(tried)}`, remedy: 'See docs/agent-contract.md.' });
  if (!tried.ownLog)
    notes.push({
      detail: 'it writes nothing to HUXLEY_OUT',
      remedy: 'Write a transcript there: a later diagnosis reads it. Until then it reads what the agent prints.',
    });
  const calls = tried.entries.length;
  return { detail: `one task in ${tried.attempt.seconds.toFixed(1)} s with ${calls} calls`, notes };
}

/** One change of itself: a line at the end of a file. @throws HuxleyError `agent.smoke` */
export async function modifyOnce(smoke: Smoke, source: readonly FileEntry[]): Promise<string> {
  const target = (source.find(({ path }) => /\.md$/i.test(path)) ?? source[0])?.path;
  if (target === undefined)
    throw new HuxleyError('agent.smoke', 'The agent has no file that it may see', 'Protect less (`protect`).');
  const tried = await tryOnce(smoke, {
    mode: 'modify',
    command: smoke.agent.modify,
    workspace: source,
    statement: `Add an empty line at the end of ${target}, and end there.\n`,
    shell: `echo >> '${target.replaceAll("'", "'\\''")}'`,
  });
  const changes = tried.attempt.files === null ? [] : diffTrees(source, tried.attempt.files);
  if (!changes.some(({ path }) => path === target)) throw undone(tried, `${target} is unchanged in HUXLEY_WORKSPACE`);
  const { protect, allow = [], allowDependencies, build } = smoke.agent;
  const rules = { protect, allow, allowDependencies, builds: Boolean(build), fingerprints: NO_FINGERPRINTS };
  const violations = validatePatch(changes, source, rules);
  if (violations.length > 0)
    throw new HuxleyError(
      'agent.smoke',
      `It left more than the change, which would be refused: ${visible(describeViolations(violations)).slice(0, 800)}`,
      'Let it write such files elsewhere (HOME, TMPDIR), ignore them in .gitignore, or name them in `allow`.',
    );
  return `changed ${target} of itself in ${tried.attempt.seconds.toFixed(1)} s`;
}

interface Tried {
  readonly attempt: Attempt;
  readonly entries: readonly TranscriptEntry[];
  readonly refused: readonly TranscriptEntry[];
  /** Tools the agent offered the model. */
  readonly tools: ReadonlySet<string>;
  readonly ownLog: boolean;
}

interface Trial extends Pick<AttemptSpec, 'mode' | 'command' | 'workspace' | 'statement'> {
  /** The command the model asks for. */
  readonly shell: string;
}

async function tryOnce(smoke: Smoke, { shell, ...trial }: Trial): Promise<Tried> {
  const tools = new Set<string>();
  const fenced = fencedCommand(shell);
  const script: Script = (turn) => {
    for (const { name } of turn.tools) tools.add(name);
    const done = turn.called || JSON.stringify(turn.body).includes(FENCED);
    return done ? { words: 'Done.' } : (shellCall(turn.tools, shell) ?? fenced);
  };
  await using model = await scriptedModel(script, 1_000);
  const entries: TranscriptEntry[] = [];
  const there = { baseURL: model.baseURL, apiKey: 'none' };
  const { providers = [] } = endpointsOf(smoke.models, smoke.names, {
    defaultEndpoint: () => there,
    secret: () => 'none',
  });
  const gateway = await startGateway({
    upstream: there,
    providers: providers.map((provider) => ({ ...provider, ...there })),
    models: smoke.names,
    images: smoke.models.images === true,
    ...(smoke.models.prices ? { prices: smoke.models.prices } : {}),
    maxOutputTokens: smoke.models.maxOutputTokens,
    budget: { costUSD: smoke.limits.taskCostUSD * 4 },
    transcript: (entry) => entries.push(entry),
  });
  const token = gateway.token('agent check', { costUSD: smoke.limits.taskCostUSD });
  try {
    const tried = await attempt(smoke.sandbox, {
      ...{ image: smoke.image, purpose: trial.mode === 'solve' ? 'agent' : 'modify', agentFolder: smoke.agentFolder },
      ...trial,
      ...{ layer: smoke.layer, workdir: '/work', take: null, models: smoke.names, token },
      ...{ socketFolder: gateway.socketFolder, seconds: Math.min(MOST_SECONDS, smoke.limits.taskSeconds) },
      ...{ limits: smoke.limits, signal: smoke.signal, watchNames: true },
    });
    for (const line of tried.names.split('\n').slice(0, 100)) if (line !== '') smoke.asked.add(line.slice(1, -1));
    const printed = `${tried.stdout}\n${tried.stderr}`.trim();
    const ownLog = tried.transcript.trim() !== '' && tried.transcript.trim() !== printed;
    const refused = entries.filter(({ status }) => status >= 400);
    const all = { attempt: tried, entries, refused, tools, ownLog };
    mustHaveAsked(all);
    return all;
  } finally {
    await gateway.close();
  }
}

/** What stands before everything else: the agent starts, asks, and is answered. */
function mustHaveAsked(tried: Tried): void {
  const { attempt: run, entries, refused } = tried;
  if (run.refused !== null) throw new HuxleyError('agent.smoke', run.refused, 'See what it leaves in its workspace.');
  if (entries.length === 0)
    throw new HuxleyError(
      'agent.smoke',
      `It did not call a model (${run.ended})${printedBy(run)}`,
      NOT_STARTED.includes(run.exitCode ?? 0)
        ? 'It does not start: install what it needs with `agent.build`, into its own folder, or name an `agent.image` that has it.'
        : 'Let it use OPENAI_BASE_URL with OPENAI_API_KEY, or ANTHROPIC_BASE_URL with ANTHROPIC_API_KEY, and the model HUXLEY_MODEL.',
    );
  if (refused.length === entries.length)
    throw new HuxleyError(
      'agent.smoke',
      `Every call it made was refused: ${refusals(tried)}`,
      'See the statuses in docs/agent-contract.md, and `models` in .github/huxley.yml.',
    );
}

function undone(tried: Tried, what: string): HuxleyError {
  const tools = [...tried.tools].slice(0, 12).join(', ');
  return new HuxleyError(
    'agent.smoke',
    `The model asked for one command, and ${what} (${tried.attempt.ended})${printedBy(tried.attempt)}`,
    tools === ''
      ? 'It offered the model no tool. An agent that reads commands in the answer expects another form than a block ```bash: then this check says nothing.'
      : `It offered ${visible(tools)}. Let it work in HUXLEY_WORKSPACE (\`cd "$HUXLEY_WORKSPACE"\`) and ask nobody for permission.`,
  );
}

function refusals({ refused }: Tried): string {
  const texts = refused.map(({ status, response, error }) => `${status} ${error ?? response}`.slice(0, 200));
  return visible([...new Set(texts)].slice(0, 3).join('; '));
}

function printedBy({ stdout, stderr }: Attempt): string {
  const printed = visible(`${stdout}\n${stderr}`.trim()).slice(-800);
  return printed === '' ? '' : `. It printed:\n${printed}`;
}
