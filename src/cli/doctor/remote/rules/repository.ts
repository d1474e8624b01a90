import type { Configuration } from '../../../../config/schema.ts';
import type { Check } from '../../../../sandbox/setup/examine.ts';
import type { BranchRule, RemoteFacts } from '../facts.ts';
import type { Links } from '../links.ts';
import { missing, note, ok, orOk, unseen } from './check.ts';

/** Seconds that clocks may differ: GitHub refuses an App whose clock is further ahead, and orders carry a deadline. */
const MOST_SKEW_SECONDS = 30;

/** Rules under which nobody may push a branch of Huxley's, and what each asks for. */
const KEEPS_FROM_PUSHING: Readonly<Record<string, string>> = {
  creation: 'nobody may make branches',
  update: 'nobody may push to branches',
  pull_request: 'changes need a pull request',
  merge_queue: 'changes go through a merge queue',
  required_status_checks: 'commits need checks before they are pushed',
  required_deployments: 'commits need deployments before they are pushed',
  branch_name_pattern: 'branch names must match a pattern',
  commit_message_pattern: 'commit messages must match a pattern',
  commit_author_email_pattern: 'e-mail addresses of authors must match a pattern',
  committer_email_pattern: 'e-mail addresses of committers must match a pattern',
  file_path_restriction: 'some paths may not be pushed',
  max_file_path_length: 'paths have a maximum length',
  file_extension_restriction: 'some kinds of files may not be pushed',
  max_file_size: 'files have a maximum size',
};
/** Rules that let pushes through and still stop some of them. */
const MAY_STOP: Readonly<Record<string, string>> = {
  deletion: 'nobody may delete branches: those of variants stay when a run ends',
  required_signatures: 'commits must be signed: Huxley’s are, by GitHub; those of the default branch must be, too',
  required_linear_history: 'merge commits may not be pushed: a variant is brought up to date by one',
};

export function repositoryChecks(facts: RemoteFacts, configuration: Configuration | null, links: Links): Check[] {
  const { repository } = facts;
  const { name, defaultBranch, archived, disabled, issues, merges } = repository;
  const found: Check[] = [];
  if (archived)
    found.push(missing('Repository', `${name} is archived: nothing can be written`, 'Unarchive it.', links.settings));
  if (disabled)
    found.push(
      missing(
        'Repository',
        `GitHub has disabled ${name}`,
        'Ask GitHub Support why, at support.github.com.',
        links.home,
      ),
    );
  const method = configuration?.merge.method;
  return [
    ...orOk(found, 'Repository', `${name}, whose default branch is ${defaultBranch}`),
    issues
      ? ok('Issues', 'are on')
      : missing(
          'Issues',
          'are off, and commands are comments on issues',
          'Tick "Issues" under Features.',
          links.settings,
        ),
    ...(method !== undefined && merges[method] === false
      ? [
          missing(
            'Merging',
            `\`merge.method\` is ${method}, and the repository does not allow that`,
            `Allow it under Pull Requests, or set \`merge.method: ${method === 'merge' ? 'squash' : 'merge'}\`.`,
            links.settings,
          ),
        ]
      : []),
    clockCheck(facts.skewSeconds, links),
  ];
}

function clockCheck(skew: number | null, links: Links): Check {
  if (skew === null)
    return note('Clock', 'not checked: GitHub did not say what time it is', 'Compare this clock.', links.home);
  const seconds = Math.round(Math.abs(skew));
  if (seconds <= MOST_SKEW_SECONDS) return ok('Clock', `within ${MOST_SKEW_SECONDS} s of GitHub’s`);
  return missing(
    'Clock',
    `this machine’s is ${seconds} s ${skew > 0 ? 'ahead of' : 'behind'} GitHub’s: an App on it would be refused, and its orders would end at the wrong time`,
    'Set it with NTP (`timedatectl set-ntp true` on most Linux systems).',
    links.home,
  );
}

/** Rules and protected branches that would keep the App from pushing variants or from merging the winner. */
export function branchChecks(facts: RemoteFacts, configuration: Configuration | null, links: Links): Check[] {
  const { defaultBranch } = facts.repository;
  const { push, merge } = facts.rules;
  const found: Check[] = [];
  if (!push.known) found.push(unseen('Rules', push, links.rules));
  else found.push(...push.value.flatMap((rule) => pushRule(rule, links)));
  if (!merge.known) found.push(unseen('Rules', merge, links.rules));
  else
    found.push(
      ...merge.value.flatMap((rule) => {
        const why = keepsFromMerging(rule, configuration);
        return why === null || rule.bypass === 'always' || rule.bypass === 'pull_requests_only'
          ? []
          : [ruleCheck(rule, `a ruleset on ${defaultBranch} (\`${rule.type}\`): ${why}`, defaultBranch, links)];
      }),
    );
  found.push(...protectionChecks(facts, configuration, links));
  return [...orOk(found, 'Rules', `none keeps the App from pushing huxley/** or from merging into ${defaultBranch}`)];
}

function pushRule(rule: BranchRule, links: Links): Check[] {
  if (rule.bypass === 'always') return [];
  const { type } = rule;
  const stops = Object.hasOwn(KEEPS_FROM_PUSHING, type) ? KEEPS_FROM_PUSHING[type] : undefined;
  if (stops !== undefined)
    return [ruleCheck(rule, `a ruleset applies to branches huxley/** (\`${type}\`): ${stops}`, 'huxley/**', links)];
  const may = Object.hasOwn(MAY_STOP, type) ? MAY_STOP[type] : undefined;
  if (may === undefined) return [];
  const detail = `a ruleset applies to branches huxley/** (\`${type}\`): ${may}`;
  return [note('Rules', detail, 'Exclude `huxley/**` from it if that is not intended.', links.rule(rule))];
}

function ruleCheck(rule: BranchRule, detail: string, branches: string, links: Links): Check {
  const remedy =
    branches === 'huxley/**'
      ? 'Exclude `huxley/**` from it, or add the App to its bypass list.'
      : 'Add the App to its bypass list, or remove the rule.';
  return rule.bypass === null
    ? note('Rules', `${detail}. Whether the App may bypass it could not be seen`, remedy, links.rule(rule))
    : missing('Rules', detail, remedy, links.rule(rule));
}

/** Why a rule on the default branch stops the App's merge, or null. Checks and approvals are waited for. */
function keepsFromMerging({ type, parameters }: BranchRule, configuration: Configuration | null): string | null {
  const method = configuration?.merge.method ?? 'merge';
  if (type === 'update') return 'nobody may change it';
  if (type === 'merge_queue') return 'merges go through a queue, and the App merges what it has measured';
  if (type === 'required_linear_history' && method === 'merge')
    return '`merge.method` is merge, which makes merge commits';
  if (type !== 'pull_request') return null;
  const allowed = parameters.allowed_merge_methods;
  return Array.isArray(allowed) && !allowed.includes(method)
    ? `\`merge.method\` is ${method}, and only ${allowed.join(' and ')} is allowed`
    : null;
}

function protectionChecks(
  { protection, app, repository: { defaultBranch } }: RemoteFacts,
  configuration: Configuration | null,
  links: Links,
): Check[] {
  const name = 'Protected branch';
  if (!protection.known) return [unseen(name, protection, links.branches)];
  if (protection.value === null) return [];
  const { approvals, locked, linear, pushers } = protection.value;
  const slug = app?.known ? app.value.slug : null;
  const found: Check[] = [];
  if (locked) found.push(missing(name, `${defaultBranch} is locked: nobody may merge`, 'Unlock it.', links.branches));
  if (linear && configuration?.merge.method === 'merge')
    found.push(
      missing(
        name,
        `${defaultBranch} does not accept merge commits, and \`merge.method\` is merge`,
        'Set `merge.method: squash`, or allow merge commits.',
        links.branches,
      ),
    );
  if (pushers !== null && (slug === null || !pushers.includes(slug)))
    found.push(
      (slug === null ? note : missing)(
        name,
        `only some may push to ${defaultBranch}${slug === null ? '' : `, and ${slug} is not among them`}`,
        'Add the App to those that may push.',
        links.branches,
      ),
    );
  if (approvals > 0 && configuration?.merge.mode === 'auto')
    found.push(
      note(
        name,
        `\`merge.mode: auto\`, and ${defaultBranch} needs ${approvals} approval${approvals > 1 ? 's' : ''}: the winner waits for people`,
        'Set `merge.mode: manual`, or require no approval.',
        links.branches,
      ),
    );
  return found;
}
