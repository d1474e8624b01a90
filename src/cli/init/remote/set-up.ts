import { CONFIGURATION_PATH } from '../../../config/configuration.ts';
import { RUN_LABEL } from '../../../run/begin/by-label.ts';
import { KEY_SECRET } from '../../github/names.ts';
import { shellWord } from '../../terminal/print.ts';
import { allowPulls, guardEnvironment, secretNames, storeSecret } from './environment.ts';
import { Gh } from './gh.ts';
import type { KeyFile } from './key-file.ts';
import { makeLabel } from './label.ts';
import type { Access, Site } from './site.ts';
import type { Step } from './step.ts';

interface Wanted {
  /** Secrets that jobs need, by name; each is read from the variable of its name. */
  readonly secrets: readonly string[];
  readonly serverless: boolean;
  /** Holds the key of a controller without a server, where GitHub does not have it yet. */
  readonly keyFile: KeyFile | null;
}

/** Does on GitHub what a set-up needs, as far as the person may; the rest is left, with the commands that do it. */
export async function setUpGitHub(site: Site, wanted: Wanted): Promise<readonly Step[]> {
  const { origin, access, defaultBranch, why } = site;
  const gh = new Gh(origin);
  const commands = {
    environment: gh.environment(defaultBranch),
    secret: (name: string) => [gh.secret(name, process.env[name] ? { before: `printenv ${name} | ` } : {})],
    key: wanted.keyFile === null ? [] : [gh.secret(KEY_SECRET, { after: ` < ${shellWord(wanted.keyFile.path)}` })],
    pulls: [gh.actionsMayOpenPulls()],
  };
  if (access === null) return leave(wanted, defaultBranch, commands, why!);
  const environment = await guardEnvironment(access, defaultBranch, commands.environment);
  const steps: Step[] = [environment];
  if (environment.state === 'left') {
    const waits = 'no key goes into an Environment that other branches may use';
    steps.push(
      ...leave(wanted, defaultBranch, commands, waits).slice(
        1,
        1 + wanted.secrets.length + (wanted.serverless ? 1 : 0),
      ),
    );
  } else steps.push(...(await storeSecrets(access, wanted, commands)));
  if (wanted.serverless) steps.push(await allowPulls(access, commands.pulls));
  return [...steps, await makeLabel(access, [gh.label(RUN_LABEL)])];
}

interface Commands {
  readonly environment: readonly string[];
  secret(name: string): readonly string[];
  readonly key: readonly string[];
  readonly pulls: readonly string[];
}

async function storeSecrets(
  access: Access,
  { secrets, serverless, keyFile }: Wanted,
  commands: Commands,
): Promise<readonly Step[]> {
  const names = await secretNames(access);
  const steps: Step[] = [];
  for (const name of secrets) {
    const what = secret(name);
    const value = process.env[name];
    if (names.includes(name)) steps.push({ state: 'there', what });
    else if (value) steps.push(await storeSecret(access, name, value, commands.secret(name)));
    else steps.push({ state: 'left', what, why: `${name} is not set here`, remedy: commands.secret(name) });
  }
  if (serverless) steps.push(await storeKey(access, keyFile, names, commands));
  return steps;
}

async function storeKey(
  access: Access,
  file: KeyFile | null,
  names: readonly string[],
  commands: Commands,
): Promise<Step> {
  const what = secret(KEY_SECRET);
  const key = file?.read();
  if (file && key && names.includes(KEY_SECRET))
    return {
      state: 'left',
      what,
      why: `GitHub already holds one, perhaps not the one in ${file.path}; a journal is sealed with it`,
      remedy: commands.key,
    };
  if (file && key) {
    const step = await storeSecret(access, KEY_SECRET, key, commands.key);
    if (step.state === 'done') file.remove();
    return step;
  }
  if (names.includes(KEY_SECRET)) return { state: 'there', what };
  return {
    state: 'left',
    what,
    why: 'it belongs to the key in the configuration, but is not on this machine',
    remedy: [`Remove the line \`app:\` from ${CONFIGURATION_PATH}, and run this again: it makes another.`],
  };
}

/** Everything that is wanted, for the person to do. */
function leave({ secrets, serverless }: Wanted, branch: string, commands: Commands, why: string): readonly Step[] {
  return [
    { state: 'left', what: `Environment \`huxley\`, for ${branch} alone`, why, remedy: commands.environment },
    ...secrets.map((name): Step => ({ state: 'left', what: secret(name), why, remedy: commands.secret(name) })),
    ...(serverless
      ? ([
          { state: 'left', what: secret(KEY_SECRET), why, remedy: commands.key },
          { state: 'left', what: 'Actions may open pull requests', why, remedy: commands.pulls },
        ] as const)
      : []),
  ];
}

const secret = (name: string) => `secret ${name} in the Environment`;
