import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CONFIGURATION_PATH, formatIssues, readConfiguration } from '../../config/configuration.ts';
import type { Configuration } from '../../config/schema.ts';
import { namesOf } from '../../contract/settings.ts';
import { CONTROLLER_WORKFLOW_PATH } from '../../github/controller-workflow.ts';
import { HuxleyError } from '../../model/error.ts';
import { WORKFLOW_PATH } from '../../run/work/workflow.ts';
import { KEY_SECRET } from '../github/names.ts';
import { askText, askYes, canAsk } from '../terminal/ask.ts';
import { HARNESS } from './cli-agent.ts';
import { detect } from './detect/detect.ts';
import type { InitFlags } from './flags.ts';
import { appIsHere, keysFor } from './keys.ts';
import { type Chosen, choose } from './plan/choose.ts';
import { configurationText, withKey } from './plan/configuration.ts';
import { isWritten, type PlannedFile, planFiles, type WantedFile, writeFiles } from './plan/files.ts';
import { findAction } from './plan/find-action.ts';
import { configuredCli, namedFiles } from './plan/named-files.ts';
import { planText } from './plan/plan-text.ts';
import { secretsOf } from './plan/secrets.ts';
import { STARTER_SUITE } from './plan/starter-suite.ts';
import { type ActionRef, appWorkflow, jobsWorkflow, pin } from './plan/workflows.ts';
import { mustBeOnDefault } from './remote/commit.ts';
import { secretNames } from './remote/environment.ts';
import { committedIn, ignored, uncommitted } from './remote/git.ts';
import { SETUP_BRANCH } from './remote/names.ts';
import { type Proposal, propose } from './remote/propose.ts';
import { bodyText } from './remote/pull-text.ts';
import { setUpGitHub } from './remote/set-up.ts';
import { openPullFrom, openSite, type Site } from './remote/site.ts';
import type { Step } from './remote/step.ts';

/** What a set-up did, and what it leaves. */
export interface Guided extends Proposal {
  readonly site: Site;
  readonly serverless: boolean;
  readonly files: readonly PlannedFile[];
  readonly action: ActionRef;
  readonly steps: readonly Step[];
  /** Whether the configuration names a key that orders are signed with. */
  readonly hasKey: boolean;
  /** Whether there was something to commit. */
  readonly commits: boolean;
  /** What of it `.gitignore` covers. */
  readonly ignored: readonly string[];
}

/**
 * Sets Huxley up in a checkout of an agent's repository, and on GitHub as far as the person's access goes. Overwrites nothing.
 * @returns null where the person said no; then nothing was changed
 */
export async function guide(folder: string, flags: InitFlags): Promise<Guided | null> {
  const ask = flags.yes !== true;
  if (ask && !canAsk())
    throw new HuxleyError(
      'init.ask',
      'There is no terminal to ask on',
      'Add --yes: flags and what is detected then answer every question.',
    );
  const site = await openSite(folder, flags.github);
  if (flags.commit) await mustBeOnDefault(site, flags.push === true);
  await mustNotWait(site);
  const configured = readThere(site.root);
  if (configured) mustAgree(flags, site.root, configured.configuration);
  const chosen = configured ? null : await choose(site.root, detect(site.root), flags, ask);
  if (!configured && !chosen) return null;
  const serverless = await isServerless(site.root, flags, ask);
  if (serverless === null) return null;
  const secretsThere = site.access === null ? [] : await secretNames(site.access);
  const stored = secretsThere.includes(KEY_SECRET);
  const keys = keysFor(site, { serverless, stored }, configured?.configuration ?? null);
  const action = await findAction(site.access?.octokit ?? null, site.origin.apiURL, flags.action);
  const secrets = chosen
    ? secretsOf(readText(configurationText(chosen.choices, null)))
    : secretsOf(configured!.configuration);
  const builds = (chosen?.choices.build ?? configured?.configuration.agent.build ?? null) !== null;
  const committed = await committedIn(site.root, ['.github', HARNESS, STARTER_SUITE]);
  const named = chosen
    ? { cli: chosen.cli, suite: chosen.choices.suite }
    : {
        cli: configuredCli(site.root, configured!.configuration),
        suite: configured!.configuration.benchmark.suite,
      };
  const files = planFiles(site.root, [
    ...configurationFile(chosen, configured, keys.publicKey),
    {
      path: WORKFLOW_PATH,
      text: jobsWorkflow(secrets, { builds, serverless }, action),
      complete: (text) => pin(text, action),
    },
    ...(serverless
      ? [
          {
            path: CONTROLLER_WORKFLOW_PATH,
            text: appWorkflow(site.defaultBranch, action),
            complete: (text: string) => pin(text, action),
          },
        ]
      : []),
    ...namedFiles(site.root, named, chosen ? new Set() : committed),
  ]);
  // What differs and was committed is left to its owner; without what never was, the set-up would not work.
  const wanted = files.filter(({ state, path }) => state !== 'differs' || !committed.has(path)).map(({ path }) => path);
  const commits = files.some(isWritten) || (await uncommitted(site.root, wanted)).length > 0;
  const { choices = null, from = '' } = chosen ?? {};
  process.stderr.write(planText({ site, serverless, files, secrets, choices, from, flags, commits }));
  if (ask && !(await askYes('Continue?'))) return null;
  keys.keep();
  await writeFiles(site.root, files);
  const steps = await setUpGitHub(site, { secrets, serverless, keyFile: keys.file });
  const paths = await uncommitted(site.root, wanted);
  const covered = await ignored(site.root, paths);
  const proposal = await propose(
    site,
    paths,
    bodyText({ serverless, paths, steps, hasKey: keys.publicKey !== null }),
    flags,
  );
  return {
    site,
    serverless,
    files,
    action,
    steps,
    hasKey: keys.publicKey !== null,
    commits,
    ignored: covered,
    ...proposal,
  };
}

/** A set-up that waits for its merge is not begun again next to it. @throws HuxleyError `init.open` */
async function mustNotWait({ access, branch }: Site): Promise<void> {
  if (access === null || branch === SETUP_BRANCH) return;
  const open = await openPullFrom(access, SETUP_BRANCH);
  if (open !== null)
    throw new HuxleyError(
      'init.open',
      `A set-up is waiting to be merged: ${open}`,
      `Merge it, or run \`git switch ${SETUP_BRANCH}\` and this command again to complete it.`,
    );
}

/** What a configuration says already, no flag says otherwise. @throws HuxleyError `init.configured` */
function mustAgree(flags: InitFlags, root: string, configuration: Configuration): void {
  const { agent, models, benchmark, limits } = configuration;
  const said = {
    solve: [flags.solve, agent.solve],
    check: [flags.check, agent.check],
    build: [flags.build, agent.build],
    cli: [flags.cli, configuredCli(root, configuration)],
    model: [flags.model, namesOf(models.solve)[0]],
    suite: [flags.suite, benchmark.suite],
    'budget-usd': [flags.budgetUsd, limits.costUSD],
  } as const;
  const names = Object.entries(said).flatMap(([name, [given, there]]) =>
    given === undefined || given === there ? [] : `--${name}`,
  );
  if (names.length > 0)
    throw new HuxleyError(
      'init.configured',
      `${CONFIGURATION_PATH} exists and takes precedence, so ${names.join(' and ')} would change nothing`,
      'Change that file, and leave these flags out.',
    );
}

interface Configured {
  readonly text: string;
  readonly configuration: Configuration;
}

/** The configuration that is there, which then decides; null without one. @throws HuxleyError `init.configuration` */
function readThere(root: string): Configured | null {
  const path = join(root, CONFIGURATION_PATH);
  if (!existsSync(path)) return null;
  const text = readFileSync(path, 'utf8');
  return { text, configuration: readText(text) };
}

function readText(text: string): Configuration {
  const reading = readConfiguration(text);
  if (reading.ok) return reading.configuration;
  throw new HuxleyError(
    'init.configuration',
    `${CONFIGURATION_PATH} exists but cannot be read:\n${formatIssues(reading.issues)}`,
    'Correct these lines, or move the file away.',
  );
}

async function isServerless(root: string, { server, serverless }: InitFlags, ask: boolean): Promise<boolean | null> {
  if (server && serverless)
    throw new HuxleyError('init.mode', '--server and --serverless cannot be combined', 'Use one of them.');
  if (server || serverless) return serverless === true;
  const usual = existsSync(join(root, CONTROLLER_WORKFLOW_PATH)) || !appIsHere();
  if (!ask) return usual;
  const said = await askText(
    'With your own server (an App you run), or without one (in GitHub Actions)?',
    usual ? 'without' : 'with',
    (answer) => (/^with(out)?$/.test(answer) ? null : 'Answer `with` or `without`.'),
  );
  return said === null ? null : said === 'without';
}

function configurationFile(
  chosen: Chosen | null,
  there: Configured | null,
  publicKey: string | null,
): readonly WantedFile[] {
  if (chosen) return [{ path: CONFIGURATION_PATH, text: configurationText(chosen.choices, publicKey) }];
  const text = publicKey === null ? there!.text : withKey(there!.text, publicKey);
  return [{ path: CONFIGURATION_PATH, text, complete: () => text }];
}
