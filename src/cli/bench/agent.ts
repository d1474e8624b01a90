import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import type { BenchAttempt } from '../../benchmark/bench/run-bench.ts';
import type { OpenedSuite } from '../../benchmark/suite.ts';
import { addressOf, namesOf } from '../../contract/settings.ts';
import { startGateway } from '../../gateway/gateway.ts';
import { priceBook, priceOf } from '../../gateway/money/prices.ts';
import { agentImage } from '../../job/agent-image.ts';
import { solveTask } from '../../job/attempt/solve.ts';
import { layerOf } from '../../job/layer.ts';
import { visibleTree } from '../../job/tree/visible-tree.ts';
import { writeTree } from '../../job/tree/write-tree.ts';
import type { FileEntry } from '../../model/file.ts';
import type { OpenSandbox } from '../../sandbox/setup/open.ts';
import { agentOf, limitsOf, readAgentFolder } from '../agent/folder.ts';
import { openModel } from '../agent/open-model.ts';
import { environmentSecret } from '../agent/secret.ts';
import { keepAttempt } from './keep-attempt.ts';
import type { RunOptions } from './options.ts';

const REHEARSAL_NOTE =
  'The rehearsal model answers: it knows the katas, and its results measure nothing but the machinery.\n';

export interface BenchAgent extends AsyncDisposable {
  readonly name: string;
  readonly digest: string;
  readonly model: string;
  /** What its configuration wants of a merge, 0.5 to 1. */
  readonly confidence: number;
  /** Tries tasks; what each attempt printed, wrote and asked its model is kept below this folder. */
  attemptsIn(folder: string): BenchAttempt;
}

/** An agent's folder made ready to try tasks: its visible files where containers can see them, its model behind a gateway. */
export async function openAgent(
  options: RunOptions,
  suite: OpenedSuite,
  open: OpenSandbox,
  signal: AbortSignal,
  gradings: number,
): Promise<BenchAgent> {
  const { files, configuration } = await readAgentFolder(options.agent);
  const { models, protect } = configuration;
  const agent = { ...configuration.agent, solve: options.solve ?? configuration.agent.solve };
  const limits = limitsOf(configuration);
  const names = options.model === undefined ? namesOf(models.solve) : [options.model];
  for (const name of names) priceOf(priceBook(models.prices, addressOf(models, name)), name);
  const report = (line: string) => void process.stderr.write(`${line}\n`);
  const parts = { signal, report, secretOf: environmentSecret };
  const image = await agentImage(open, agentOf(configuration), suite.name, async () => files, parts);
  const layer = await layerOf(
    { sandbox: open.sandbox, image, ...parts },
    { agent: agentOf(configuration), suite, limits },
    files,
  );
  await using stack = new AsyncDisposableStack();
  stack.use(open.sandbox.hold(image, layer));
  const { endpoints, rehearsal } = stack.use(await openModel(names, models));
  if (rehearsal) process.stderr.write(REHEARSAL_NOTE);
  const agentFolder = await writeTree(visibleTree(files, protect, suite.name));
  stack.defer(() => rm(agentFolder, { recursive: true, force: true }));
  const gateway = await startGateway({
    ...endpoints,
    models: names,
    images: models.images,
    prices: models.prices,
    maxOutputTokens: models.maxOutputTokens,
    budget: { costUSD: limits.costUSD },
  });
  stack.defer(() => gateway.close());
  const bench = {
    sandbox: open.sandbox,
    suite,
    gateway,
    image,
    layer,
    concurrency: options.concurrency,
    report: () => undefined,
  };
  const attemptsIn = (folder: string): BenchAttempt => {
    return async (task, given) => {
      const spec = {
        task,
        agent,
        agentFolder,
        models: names,
        effort: models.reasoning ?? undefined,
        limits,
        gradings,
        first: true,
      };
      const before = gateway.usage(task.id).costUSD;
      const solved = await solveTask({ ...bench, signal: given }, spec);
      await keepAttempt(folder, task.id, solved);
      const { grade, verdicts, patch, seconds } = solved;
      return { grade, verdicts, patch, seconds, costUSD: gateway.usage(task.id).costUSD - before };
    };
  };
  signal.throwIfAborted();
  const owned = stack.move();
  return {
    name: basename(resolve(options.agent)),
    digest: digestOf(files),
    model: names[0]!,
    confidence: configuration.merge.confidence,
    attemptsIn,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

function digestOf(files: readonly FileEntry[]): string {
  const hash = createHash('sha256');
  for (const { path, content, executable } of files)
    hash.update(`${path}\0${executable}\0${content.byteLength}\0`).update(content);
  return `sha256:${hash.digest('hex')}`;
}
