import { ENVIRONMENT } from '../../github/names.ts';
import { seal } from './seal.ts';
import type { Access } from './site.ts';
import { attempt, type Step } from './step.ts';

const ONE = { environment_name: ENVIRONMENT } as const;

/** Makes the Environment that holds the keys, for the default branch alone. One that is there keeps its other rules. */
export function guardEnvironment(access: Access, branch: string, remedy: readonly string[]): Promise<Step> {
  const what = `Environment \`${ENVIRONMENT}\`, for ${branch} alone`;
  return attempt(what, remedy, async () => {
    const { octokit, owner, repo } = access;
    const at = { owner, repo, ...ONE };
    const there = await octokit.rest.repos.getEnvironment(at).then(
      ({ data }) => data,
      (error: { status?: number }) => {
        if (error.status === 404) return null;
        throw error;
      },
    );
    const policy = there?.deployment_branch_policy;
    if (policy?.protected_branches) {
      const { data } = await octokit.rest.repos.getBranch({ owner, repo, branch });
      if (data.protected) return { state: 'there', what: `Environment \`${ENVIRONMENT}\`, for protected branches` };
      const why = `it is for protected branches, and ${branch} is not one`;
      return { state: 'left', what, why, remedy: [settings(access)] };
    }
    if (!policy)
      await octokit.rest.repos.createOrUpdateEnvironment({
        ...at,
        ...rulesOf(there?.protection_rules ?? []),
        deployment_branch_policy: { protected_branches: false, custom_branch_policies: true },
      });
    const { data } = await octokit.rest.repos.listDeploymentBranchPolicies({ ...at, per_page: 100 });
    const names = data.branch_policies.map(({ name }) => name);
    const others = names.filter((name) => name !== branch);
    if (!names.includes(branch)) await octokit.rest.repos.createDeploymentBranchPolicy({ ...at, name: branch });
    if (others.length > 0)
      return { state: 'left', what, why: `${others.join(', ')} may use it, too`, remedy: [settings(access)] };
    return { state: names.includes(branch) ? 'there' : 'done', what };
  });
}

type Rule = Readonly<Record<string, unknown>> & { readonly type: string };

/** What an update would take away if it left it out. */
function rulesOf(rules: readonly Rule[]) {
  const wait = rules.find(({ type }) => type === 'wait_timer')?.wait_timer as number | undefined;
  const required = rules.find(({ type }) => type === 'required_reviewers');
  const reviewers = (required?.reviewers ?? []) as { type: 'User' | 'Team'; reviewer: { id: number } }[];
  return {
    ...(wait === undefined ? {} : { wait_timer: wait }),
    ...(required === undefined
      ? {}
      : {
          prevent_self_review: required.prevent_self_review === true,
          reviewers: reviewers.map(({ type, reviewer: { id } }) => ({ type, id })),
        }),
  };
}

const settings = ({ octokit, owner, repo }: Access) =>
  `${octokit.request.endpoint.DEFAULTS.baseUrl.replace(/\/api\/v3$/, '').replace('//api.github.com', '//github.com')}/${owner}/${repo}/settings/environments`;

/** Names of the secrets that the Environment holds, as far as GitHub tells this person; it shows no value. */
export async function secretNames({ octokit, owner, repo }: Access): Promise<readonly string[]> {
  try {
    const { data } = await octokit.rest.actions.listEnvironmentSecrets({ owner, repo, ...ONE, per_page: 100 });
    return data.secrets.map(({ name }) => name);
  } catch (error) {
    // There is no Environment yet, or nothing of it is shown: storing a secret then says what is refused.
    if ((error as { status?: unknown }).status === undefined) throw error;
    return [];
  }
}

/** Stores a secret in the Environment, sealed before it leaves this machine. */
export function storeSecret({ octokit, owner, repo }: Access, name: string, value: string, remedy: readonly string[]) {
  const what = `secret ${name} in the Environment`;
  return attempt(what, remedy, async () => {
    const at = { owner, repo, ...ONE };
    const { data } = await octokit.rest.actions.getEnvironmentPublicKey(at);
    await octokit.rest.actions.createOrUpdateEnvironmentSecret({
      ...at,
      secret_name: name,
      encrypted_value: await seal(value, data.key),
      key_id: data.key_id,
    });
    return { state: 'done', what } as const;
  });
}

/** Lets workflows open pull requests, as a controller without an App of its own does. What their token may do by default stays. */
export function allowPulls({ octokit, owner, repo }: Access, remedy: readonly string[]): Promise<Step> {
  const what = 'Actions may open pull requests';
  return attempt(what, remedy, async () => {
    const { data } = await octokit.rest.actions.getGithubActionsDefaultWorkflowPermissionsRepository({ owner, repo });
    if (data.can_approve_pull_request_reviews) return { state: 'there', what };
    await octokit.rest.actions.setGithubActionsDefaultWorkflowPermissionsRepository({
      owner,
      repo,
      default_workflow_permissions: data.default_workflow_permissions,
      can_approve_pull_request_reviews: true,
    });
    return { state: 'done', what };
  });
}
