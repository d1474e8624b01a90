import { z } from 'zod';
import type { Origin } from '../../../github/user.ts';
import type {
  ActionsPolicy,
  Answer,
  AppFacts,
  BranchRule,
  EnvironmentFacts,
  Protection,
  RemoteFacts,
  RepositoryFacts,
  SecretFacts,
} from '../facts.ts';
import type { Client, Reader } from './reader.ts';

const REPO = '/repos/{owner}/{repo}';
const ADMIN = 'Administration: read; for a classic token, scope `repo`, of a user with the role admin';
const ACTIONS = 'Actions: read';
const METADATA = 'Metadata: read';
const PAGE = { per_page: 100 };

const repository = z
  .object({
    id: z.number(),
    full_name: z.string(),
    default_branch: z.string(),
    private: z.boolean().default(false),
    archived: z.boolean().default(false),
    disabled: z.boolean().default(false),
    has_issues: z.boolean().default(true),
    allow_merge_commit: z.boolean().optional(),
    allow_squash_merge: z.boolean().optional(),
  })
  .transform(
    (given): RepositoryFacts => ({
      id: given.id,
      name: given.full_name,
      defaultBranch: given.default_branch,
      private: given.private,
      archived: given.archived,
      disabled: given.disabled,
      issues: given.has_issues,
      merges: { merge: given.allow_merge_commit, squash: given.allow_squash_merge },
    }),
  );

export function readRepository(reader: Reader): Promise<Answer<RepositoryFacts>> {
  return reader.ask(`GET ${REPO}`, { answer: repository, needs: `${METADATA}; for a classic token, scope \`repo\`` });
}

const policy = z.object({
  enabled: z.boolean(),
  allowed_actions: z.enum(['all', 'local_only', 'selected']).default('all'),
  sha_pinning_required: z.boolean().default(false),
});
const selected = z
  .object({
    github_owned_allowed: z.boolean().default(false),
    verified_allowed: z.boolean().default(false),
    patterns_allowed: z.array(z.string()).default([]),
  })
  .transform((given) => ({
    githubOwned: given.github_owned_allowed,
    verified: given.verified_allowed,
    patterns: given.patterns_allowed,
  }));

async function readPolicy(reader: Reader): Promise<Answer<ActionsPolicy>> {
  const asked = { needs: ADMIN };
  const answer = await reader.ask(`GET ${REPO}/actions/permissions`, { ...asked, answer: policy });
  if (!answer.known) return answer;
  const { enabled, allowed_actions: allowed, sha_pinning_required: pinned } = answer.value;
  const route = `GET ${REPO}/actions/permissions/selected-actions`;
  return {
    known: true,
    value: {
      enabled,
      allowed,
      pinned,
      selected: allowed === 'selected' ? await reader.ask(route, { ...asked, answer: selected }) : null,
    },
  };
}

const rules = z.array(
  z
    .looseObject({
      type: z.string(),
      parameters: z.record(z.string(), z.unknown()).default({}),
      ruleset_id: z.number().nullable().default(null),
      ruleset_source_type: z.string().default(''),
      ruleset_source: z.string().default(''),
    })
    .transform((given) => ({
      type: given.type,
      parameters: given.parameters,
      ruleset: given.ruleset_id,
      sourceType: given.ruleset_source_type,
      source: given.ruleset_source,
    })),
);
/** `exempt` passes by as well, without being asked. */
const bypass = z
  .object({ current_user_can_bypass: z.enum(['always', 'pull_requests_only', 'never', 'exempt']).optional() })
  .transform(({ current_user_can_bypass: may }) => (may === 'exempt' ? 'always' : (may ?? null)));

/** The branch need not be there. Rules that are only tried out are not among them. */
async function readRules(
  reader: Reader,
  branch: string,
  asApp: readonly Client[],
): Promise<Answer<readonly BranchRule[]>> {
  const found = await reader.ask(`GET ${REPO}/rules/branches/{branch}`, {
    answer: rules,
    needs: METADATA,
    absent: [],
    parameters: { branch, ...PAGE },
  });
  if (!found.known) return found;
  const value = found.value.map(async (rule): Promise<BranchRule> => {
    if (rule.ruleset === null || asApp.length === 0) return { ...rule, bypass: null };
    const route = `GET ${REPO}/rulesets/{ruleset_id}`;
    const parameters = { ruleset_id: rule.ruleset };
    const may = await reader.ask(route, { answer: bypass, needs: METADATA, parameters, via: asApp });
    return { ...rule, bypass: may.known ? may.value : null };
  });
  return { known: true, value: await Promise.all(value) };
}

const flag = z
  .object({ enabled: z.boolean() })
  .optional()
  .transform((given) => given?.enabled ?? false);
const protection = z
  .object({
    required_pull_request_reviews: z.object({ required_approving_review_count: z.number().default(0) }).optional(),
    lock_branch: flag,
    required_linear_history: flag,
    restrictions: z.object({ apps: z.array(z.object({ slug: z.string() })).default([]) }).optional(),
  })
  .transform(
    (given): Protection => ({
      approvals: given.required_pull_request_reviews?.required_approving_review_count ?? 0,
      locked: given.lock_branch,
      linear: given.required_linear_history,
      pushers: given.restrictions?.apps.map(({ slug }) => slug) ?? null,
    }),
  );
const branch = z.object({ protected: z.boolean() });

async function readProtection(reader: Reader, name: string): Promise<Answer<Protection | null>> {
  const parameters = { branch: name };
  const seen = await reader.ask(`GET ${REPO}/branches/{branch}`, {
    answer: branch,
    needs: 'Contents: read',
    parameters,
  });
  // The details are for admins alone; that there is nothing to tell is not.
  if (seen.known && !seen.value.protected) return { known: true, value: null };
  const route = `GET ${REPO}/branches/{branch}/protection`;
  return reader.ask(route, { answer: protection, needs: ADMIN, absent: null, parameters });
}

const environment = z.object({
  id: z.number(),
  protection_rules: z
    .array(
      z.looseObject({
        type: z.string(),
        wait_timer: z.number().default(0),
        reviewers: z.array(z.unknown()).default([]),
      }),
    )
    .default([]),
  deployment_branch_policy: z
    .object({ protected_branches: z.boolean(), custom_branch_policies: z.boolean() })
    .nullish(),
});
const KNOWN_RULES = ['branch_policy', 'required_reviewers', 'wait_timer'];

async function readEnvironment(reader: Reader, name: string): Promise<Answer<EnvironmentFacts | null>> {
  const route = `GET ${REPO}/environments/{environment_name}`;
  const asked = { needs: ACTIONS, parameters: { environment_name: name, ...PAGE } };
  const found = await reader.ask(route, { ...asked, answer: environment, absent: null });
  if (!found.known || found.value === null) return found as Answer<null>;
  const { id, protection_rules: all, deployment_branch_policy: given } = found.value;
  const answer = z
    .object({ branch_policies: z.array(z.object({ name: z.string() })) })
    .transform(({ branch_policies: policies }) => policies.map((each) => each.name));
  return {
    known: true,
    value: {
      id,
      reviewers: all.some(({ type, reviewers }) => type === 'required_reviewers' && reviewers.length > 0),
      waitMinutes: Math.max(0, ...all.map(({ wait_timer: minutes }) => minutes)),
      otherRules: all.map(({ type }) => type).filter((type) => !KNOWN_RULES.includes(type)),
      branches: !given
        ? 'any'
        : given.protected_branches
          ? 'protected'
          : await reader.ask(`${route}/deployment-branch-policies`, { ...asked, answer }),
    },
  };
}

const secretNames = z
  .object({ secrets: z.array(z.object({ name: z.string() })).default([]) })
  .transform(({ secrets }) => secrets.map(({ name }) => name.toUpperCase()));

async function readSecrets(reader: Reader, environmentName: string): Promise<SecretFacts> {
  const [inEnvironment, inRepository, inOrganization] = await Promise.all([
    reader.ask(`GET ${REPO}/environments/{environment_name}/secrets`, {
      answer: secretNames,
      needs: 'Environments: read, for a user who may write to the repository',
      parameters: { environment_name: environmentName, ...PAGE },
    }),
    ...['secrets', 'organization-secrets'].map((kind) =>
      reader.ask(`GET ${REPO}/actions/${kind}`, {
        answer: secretNames,
        needs: 'Secrets: read, for a user who may write to the repository',
        parameters: PAGE,
      }),
    ),
  ]);
  return { environment: inEnvironment!, repository: inRepository!, organization: inOrganization! };
}

const runners = z
  .object({
    runners: z.array(
      z.looseObject({
        name: z.string(),
        status: z.string(),
        labels: z.array(z.looseObject({ name: z.string() })).default([]),
      }),
    ),
  })
  .transform((given) =>
    given.runners.map(({ name, status, labels }) => ({
      name,
      online: status === 'online',
      labels: labels.map((label) => label.name),
    })),
  );

export interface Asked {
  /** The Environment's name. */
  readonly environment: string;
  /** Paths of workflows whose state is wanted. */
  readonly workflows: readonly string[];
  /** The App's installation, where there is one to ask as. */
  readonly asApp: readonly Client[];
}

/** Everything about a repository that can be read besides its files and its App. */
export async function readFacts(
  reader: Reader,
  origin: Origin,
  found: RepositoryFacts,
  { environment: environmentName, workflows, asApp }: Asked,
  app: Answer<AppFacts> | null,
): Promise<RemoteFacts> {
  const tokens = z
    .object({ can_approve_pull_request_reviews: z.boolean() })
    .transform((given) => given.can_approve_pull_request_reviews);
  const state = z.object({ state: z.string() }).transform((given) => given.state);
  const stateOf = async (path: string) => {
    const parameters = { workflow_id: path.split('/').at(-1)! };
    const route = `GET ${REPO}/actions/workflows/{workflow_id}`;
    return [path, await reader.ask(route, { answer: state, needs: ACTIONS, absent: null, parameters })] as const;
  };
  const [policyAnswer, opensPulls, push, merge, protectionAnswer, states, environmentAnswer, secrets, machines] =
    await Promise.all([
      readPolicy(reader),
      reader.ask(`GET ${REPO}/actions/permissions/workflow`, { answer: tokens, needs: ADMIN }),
      readRules(reader, 'huxley/r1/v1', asApp),
      readRules(reader, found.defaultBranch, asApp),
      readProtection(reader, found.defaultBranch),
      Promise.all(workflows.map(stateOf)),
      readEnvironment(reader, environmentName),
      readSecrets(reader, environmentName),
      reader.ask(`GET ${REPO}/actions/runners`, { answer: runners, needs: ADMIN, parameters: PAGE }),
    ]);
  return {
    origin,
    repository: found,
    skewSeconds: reader.skewSeconds,
    policy: policyAnswer,
    opensPulls,
    rules: { push, merge },
    protection: protectionAnswer,
    workflows: Object.fromEntries(states),
    environment: environmentAnswer,
    secrets,
    runners: machines,
    app,
  };
}
