import type { Origin } from '../../github/user.ts';
import type { AppFacts, BranchRule } from './facts.ts';

/** Addresses of the pages of a repository on which things are put right. */
export function linksOf({ webURL, repository }: Pick<Origin, 'webURL' | 'repository'>, branch: string) {
  const home = `${webURL}/${repository}`;
  const settings = `${home}/settings`;
  return {
    home,
    settings,
    actions: `${settings}/actions`,
    rules: `${settings}/rules`,
    branches: `${settings}/branches`,
    environments: `${settings}/environments`,
    secrets: `${settings}/secrets/actions`,
    runners: `${settings}/actions/runners`,
    environment: (id: number) => `${settings}/environments/${id}/edit`,
    workflow: (path: string) => `${home}/actions/workflows/${path.split('/').at(-1)}`,
    edit: (path: string) => `${home}/edit/${branch}/${path}`,
    create: (path: string) => `${home}/new/${branch}?filename=${path}`,
    /** The ruleset of a rule, in the settings of whoever it belongs to. */
    rule: ({ ruleset, sourceType, source }: BranchRule) => {
      if (ruleset === null || (sourceType !== 'Repository' && sourceType !== 'Organization')) return `${home}/rules`;
      return sourceType === 'Repository'
        ? `${settings}/rules/${ruleset}`
        : `${webURL}/organizations/${source}/settings/rules/${ruleset}`;
    },
  };
}

export type Links = ReturnType<typeof linksOf>;

/** Addresses of the pages of an App's settings; of all Apps' where it is not known. */
export function appLinks({ webURL }: Pick<Origin, 'webURL'>, app: Pick<AppFacts, 'slug' | 'owner' | 'url'> | null) {
  const owner = app?.owner;
  const apps = owner?.organization ? `${webURL}/organizations/${owner.login}/settings/apps` : `${webURL}/settings/apps`;
  const settings = app === null ? apps : `${apps}/${app.slug}`;
  return {
    settings,
    permissions: `${settings}/permissions`,
    deliveries: `${settings}/advanced`,
    install: app === null ? apps : `${app.url}/installations/new`,
  };
}
