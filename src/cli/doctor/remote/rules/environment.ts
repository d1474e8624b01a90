import { CONFIGURATION_PATH } from '../../../../config/configuration.ts';
import type { Configuration } from '../../../../config/schema.ts';
import { namesOf, providerOf } from '../../../../contract/settings.ts';
import { WORKFLOW_PATH } from '../../../../run/work/workflow.ts';
import type { Check } from '../../../../sandbox/setup/examine.ts';
import type { EnvironmentFacts, RemoteFacts } from '../facts.ts';
import type { Links } from '../links.ts';
import { missing, note, ok, orOk, unseen } from './check.ts';

const NAME = 'Environment';

export interface NeededSecrets {
  /** The Environment of the jobs that read them; null where a job names none. */
  readonly environment: string | null;
  /** By name: the workflow that reads it, and whether it does nothing without. */
  readonly secrets: ReadonlyMap<string, { readonly path: string; readonly required: boolean }>;
}

/** The Environment that holds the keys: that it is there, opens to the default branch alone, and makes no job wait. */
export function environmentChecks(facts: RemoteFacts, { environment: name }: NeededSecrets, links: Links): Check[] {
  const { environment, repository } = facts;
  if (name === null)
    return [
      missing(
        NAME,
        `a job of ${WORKFLOW_PATH} names none, so the model’s key can only be a secret that workflows of every branch can read`,
        'Add `environment: huxley` to the job, and keep the key there.',
        links.edit(WORKFLOW_PATH),
      ),
    ];
  if (!environment.known) return [unseen(NAME, environment, links.environments)];
  if (environment.value === null)
    return [
      missing(
        NAME,
        `Environment ${name} does not exist. GitHub creates it without a key at the first job`,
        `Create it, restrict it to ${repository.defaultBranch}, and add the model’s key as a secret.${repository.private ? ' In a private repository, this needs GitHub Pro, Team or Enterprise.' : ''}`,
        links.environments,
      ),
    ];
  const link = links.environment(environment.value.id);
  const found = [
    ...branchChecks(environment.value, name, repository.defaultBranch, link),
    ...waitChecks(environment.value, name, link),
  ];
  return [...orOk(found, NAME, `${name} is open to ${repository.defaultBranch} only`)];
}

function branchChecks({ branches }: EnvironmentFacts, name: string, main: string, link: string): Check[] {
  const remedy = `Under "Deployment branches and tags" choose "Selected branches and tags", with only ${main}.`;
  if (branches === 'any')
    return [
      missing(NAME, `${name} is open to every branch: a workflow pushed to any of them can read the key`, remedy, link),
    ];
  if (branches === 'protected')
    return [note(NAME, `${name} is open to every protected branch, not only to ${main}`, remedy, link)];
  if (!branches.known) return [unseen(NAME, branches, link)];
  const others = branches.value.filter((pattern) => pattern !== main);
  const found: Check[] = [];
  if (!branches.value.some((pattern) => pattern === main || matches(pattern, main)))
    found.push(missing(NAME, `${name} is not open to ${main}, where every job runs`, remedy, link));
  if (others.length > 0)
    found.push(
      missing(NAME, `${name} is also open to ${others.join(', ')}: workflows there can read the key`, remedy, link),
    );
  return found;
}

/** As far as GitHub's patterns say by `*` alone. */
function matches(pattern: string, branch: string): boolean {
  const source = pattern.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '[^/]*');
  return new RegExp(`^${source}$`).test(branch);
}

function waitChecks({ reviewers, waitMinutes, otherRules }: EnvironmentFacts, name: string, link: string): Check[] {
  const found: Check[] = [];
  if (reviewers)
    found.push(
      missing(
        NAME,
        `${name} has required reviewers: every job waits for a person`,
        'Untick "Required reviewers".',
        link,
      ),
    );
  if (waitMinutes > 0)
    found.push(
      missing(NAME, `${name} has a wait timer: every job waits ${waitMinutes} minutes`, 'Untick "Wait timer".', link),
    );
  if (otherRules.length > 0)
    found.push(
      note(NAME, `${name} has other rules (${otherRules.join(', ')}): jobs wait until they pass`, 'Remove them.', link),
    );
  return found;
}

/** The secrets that jobs read: each in the Environment, and nowhere else. Their values are never seen. */
export function secretChecks(
  { secrets, environment }: RemoteFacts,
  { environment: name, secrets: needed }: NeededSecrets,
  links: Links,
): readonly Check[] {
  const link = environment.known && environment.value ? links.environment(environment.value.id) : links.environments;
  if (needed.size === 0) return [];
  // Without the Environment there is one thing to do first.
  if (name === null || (environment.known && environment.value === null)) return [];
  const places = { environment: link, repository: links.secrets, organization: links.secrets };
  const blind = (Object.keys(places) as (keyof typeof places)[]).flatMap((place) => {
    const answer = secrets[place];
    return answer.known ? [] : [unseen(`Secrets of the ${place}`, answer, places[place])];
  });
  const has = (place: keyof typeof places, secret: string) => {
    const answer = secrets[place];
    return answer.known && answer.value.includes(secret);
  };
  const found = [...needed].flatMap(([secret, { path, required }]): Check[] => {
    const wide = (['repository', 'organization'] as const).filter((place) => has(place, secret));
    const lacks = required && secrets.environment.known && !has('environment', secret);
    return [
      ...(lacks
        ? [
            missing(
              'Secrets',
              `${secret} is not in Environment ${name}; ${path} reads it`,
              `Add it there as an Environment secret${wide.length > 0 ? ', and delete the wider one' : ''}.`,
              link,
            ),
          ]
        : []),
      ...wide.map((place) =>
        missing(
          'Secrets',
          `${secret} is a secret of the ${place} as well: workflows of every branch can read it`,
          'Delete it there; jobs read the Environment’s.',
          links.secrets,
        ),
      ),
    ];
  });
  if (found.length > 0 || blind.length > 0) return [...found, ...blind];
  const there = [...needed.keys()].filter((secret) => has('environment', secret));
  return [ok('Secrets', `${there.join(', ') || 'none'} in Environment ${name}, and nowhere else`)];
}

/** Secrets that the configuration names and the workflow does not hand to the action. */
export function handedChecks(
  configuration: Configuration | null,
  handed: readonly string[],
  links: Links,
): readonly Check[] {
  if (configuration === null) return [];
  return secretsOf(configuration)
    .filter((secret) => !handed.includes(secret))
    .map((secret) =>
      missing(
        'Secrets',
        `${CONFIGURATION_PATH} names ${secret}, and ${WORKFLOW_PATH} does not give it to the action`,
        `Add a line \`${secret}=\${{ secrets.${secret} }}\` to the action’s input \`secrets\`.`,
        links.edit(WORKFLOW_PATH),
      ),
    );
}

/** Names of secrets that models and registries of a configuration need. */
function secretsOf({ models, agent }: Configuration): string[] {
  const keys = namesOf(models.solve, models.modify, models.diagnose).flatMap(
    (model) => providerOf(models, model)?.key ?? [],
  );
  const registries = (agent.registries ?? []).flatMap((registry) =>
    typeof registry === 'string' ? [] : [registry.token ?? registry.basic ?? []].flat(),
  );
  return [...new Set([...keys, ...registries])];
}
