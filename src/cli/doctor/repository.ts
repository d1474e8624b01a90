import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { kindOf, openSuite } from '../../benchmark/kinds.ts';
import { splitTasks } from '../../benchmark/split.ts';
import { parseSuiteLock, SUITE_LOCK_PATH } from '../../benchmark/suite-lock.ts';
import { CONFIGURATION_PATH, formatIssues, readConfiguration } from '../../config/configuration.ts';
import type { Configuration } from '../../config/schema.ts';
import { addressOf, namesOf } from '../../contract/settings.ts';
import { readPrivateKey } from '../../environment/app.ts';
import { appFilePath, readAppFile } from '../../environment/app-file.ts';
import { priceBook, priceOf } from '../../gateway/money/prices.ts';
import { commandLine } from '../../model/command-line.ts';
import { HuxleyError, messageOf } from '../../model/error.ts';
import { orderSigner } from '../../order/signer.ts';
import { gateAdvice, leastMargin } from '../../run/promotion/gate-advice.ts';
import { gateRules } from '../../run/start/start-run.ts';
import { keyLine } from '../../run/work/signing-key.ts';
import { namesDigest, RUN_NAME, WORKFLOW_PATH } from '../../run/work/workflow.ts';
import type { Check } from '../../sandbox/setup/examine.ts';
import { smallestGain } from '../../search/gate/gate.ts';
import { allowance } from '../../search/gate/ledger.ts';

/** Broken tasks named one by one. */
const MOST_NAMED = 10;

/**
 * What a run of the repository checked out here would stumble over; nothing where it holds no configuration. The App's key is looked for
 * in `env`, and in the file that `serve` keeps; nowhere with null.
 */
export async function examineRepository(
  folder: string,
  env: NodeJS.ProcessEnv | null = process.env,
): Promise<readonly Check[]> {
  const read = (path: string) => (existsSync(join(folder, path)) ? readFileSync(join(folder, path), 'utf8') : null);
  const text = read(CONFIGURATION_PATH);
  if (text === null) return [];
  const reading = readConfiguration(text);
  if (!reading.ok)
    return [
      missing(
        'Configuration',
        formatIssues(reading.issues),
        'Correct these lines; docs/configuration.md explains every key.',
      ),
      workflowCheck(read(WORKFLOW_PATH)),
    ];
  const { configuration } = reading;
  return [
    ok('Configuration', `${CONFIGURATION_PATH} can be used`),
    keyCheck(configuration, env),
    ...priceChecks(configuration),
    ...(await suiteChecks(folder, configuration, read)),
    imageCheck(configuration, read),
    workflowCheck(read(WORKFLOW_PATH)),
  ];
}

function ok(name: string, detail: string): Check {
  return { name, state: 'ok', detail, remedy: null };
}

function missing(name: string, detail: string, remedy: string): Check {
  return { name, state: 'missing', detail, remedy };
}

function note(name: string, detail: string, remedy: string): Check {
  return { name, state: 'note', detail, remedy };
}

/** What went wrong as a check, and what to do about it. */
function troubleOf(name: string, error: unknown): Check {
  const remedy = error instanceof HuxleyError ? error.remedy : 'Look at what it names.';
  return missing(name, messageOf(error), remedy);
}

function keyCheck({ app: { publicKeys } }: Configuration, env: NodeJS.ProcessEnv | null): Check {
  const name = 'Key of the App';
  const print = commandLine('key');
  if (publicKeys.length === 0)
    return missing(
      name,
      `${CONFIGURATION_PATH} names none, so no worker would carry out an order`,
      `Add the line that \`/huxley run\` answers with, or that ${print} prints where PRIVATE_KEY is set.`,
    );
  try {
    const given = ['PRIVATE_KEY', 'PRIVATE_KEY_PATH'].find((each) => env?.[each]);
    if (env === null || (given === undefined && readAppFile(env) === null)) return ok(name, publicKeys.join(', '));
    const { publicKey } = orderSigner(readPrivateKey(env));
    const whose = given ?? appFilePath(env);
    if (publicKeys.includes(publicKey)) return ok(name, `${publicKey}, which belongs to ${whose}`);
    const add = `\`${keyLine([...publicKeys, publicKey])}\`.`;
    return given
      ? missing(name, `the key of ${given} is not among those named`, `Add it: ${add}`)
      : note(
          name,
          `the key of the App in ${whose} is not among those named`,
          `If this is its repository, add it: ${add}`,
        );
  } catch (error) {
    return troubleOf(name, error);
  }
}

function priceChecks({ models }: Configuration): Check[] {
  const names = namesOf(models.solve, models.modify, models.diagnose);
  const unknown = names.flatMap((model) => {
    try {
      priceOf(priceBook(models.prices, addressOf(models, model)), model);
      return [];
    } catch (error) {
      return [troubleOf('Prices', error)];
    }
  });
  return unknown.length > 0 ? unknown : [ok('Prices', `known for ${names.join(', ')}`)];
}

async function suiteChecks(
  folder: string,
  configuration: Configuration,
  read: (path: string) => string | null,
): Promise<Check[]> {
  const { benchmark, merge } = configuration;
  const { suite: name, holdout } = benchmark;
  const checks: Check[] = [];
  let tasks: readonly string[];
  let digest: string;
  try {
    if (kindOf(name).locked) ({ tasks, digest } = parseSuiteLock(read(SUITE_LOCK_PATH), name));
    else {
      const suite = await openSuite(name, {
        root: folder,
        network: benchmark.network,
        image: async (image) => image,
        sandbox: noSandbox,
      });
      for (const { message, remedy } of suite.problems.slice(0, MOST_NAMED))
        checks.push(missing('Suite', message, remedy));
      if (suite.problems.length > MOST_NAMED)
        checks.push(
          missing('Suite', `${suite.problems.length - MOST_NAMED} more tasks cannot be used`, 'Correct them, too.'),
        );
      tasks = suite.list().map(({ id }) => id);
      ({ digest } = suite);
    }
  } catch (error) {
    return [troubleOf('Suite', error)];
  }
  const { heldout } = splitTasks(digest, '0', holdout, tasks);
  const rules = gateRules(configuration, heldout.length);
  const { confidence, mode } = merge;
  const grant = allowance([], name, heldout, 1 - confidence, rules.promise);
  const outlook = { heldOut: heldout.length, rules, confidence, mode, grant };
  const advice = gateAdvice(outlook).replaceAll('**', '');
  const hopeless =
    rules.goal === 'cost'
      ? leastMargin(outlook) > rules.margin
      : smallestGain(heldout.length, 1 - grant.level) === null;
  const detail = `${name}: ${tasks.length} tasks, ${heldout.length} of them held out`;
  return [...checks, hopeless ? note('Suite', detail, advice) : ok('Suite', `${detail}. ${advice}`)];
}

function noSandbox(): Promise<never> {
  return Promise.reject(new Error('doctor does not open images'));
}

function imageCheck({ agent: { image } }: Configuration, read: (path: string) => string | null): Check {
  const name = 'Image';
  if (image.startsWith('./'))
    return read(image) === null
      ? missing(name, `${image} is missing`, 'Add that Dockerfile, or name another image as `agent.image`.')
      : ok(name, `${image}, as a run’s first commit has it`);
  if (image === 'sandbox' || image === 'polyglot' || /@sha256:[0-9a-f]{64}$/.test(image)) return ok(name, image);
  return note(
    name,
    `${image} can point to another image in the middle of a run`,
    'Name it by its digest, `…@sha256:…`, as `agent.image`.',
  );
}

function workflowCheck(text: string | null): Check {
  const copy = 'Copy it from the starter agent (examples/starter-agent); every job runs in it.';
  if (text === null) return missing('Workflow', `${WORKFLOW_PATH} is missing`, copy);
  return namesDigest(text)
    ? ok('Workflow', `${WORKFLOW_PATH} names its runs by the digest of their orders`)
    : missing(
        'Workflow',
        `${WORKFLOW_PATH} does not name its runs by the digest of their orders`,
        `Its line is now: ${RUN_NAME}`,
      );
}
