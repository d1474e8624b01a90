import type { Schema } from '../present/schema.ts';
import type { Level } from '../store/rows.ts';

const READ = ['read'] as const;
const WRITE = ['write'] as const;
const BOTH = ['read', 'write'] as const;
const ALL = ['read', 'write', 'admin'] as const;

/** Every permission an App may ask for, and how far (the API description's `app-permissions`). */
export const APP_PERMISSIONS: Readonly<Record<string, readonly Level[]>> = {
  actions: BOTH,
  administration: BOTH,
  artifact_metadata: BOTH,
  attestations: BOTH,
  checks: BOTH,
  code_quality: BOTH,
  codespaces: BOTH,
  contents: BOTH,
  dependabot_secrets: BOTH,
  deployments: BOTH,
  discussions: BOTH,
  environments: BOTH,
  issues: BOTH,
  merge_queues: BOTH,
  metadata: BOTH,
  packages: BOTH,
  pages: BOTH,
  pull_requests: BOTH,
  repository_custom_properties: BOTH,
  repository_hooks: BOTH,
  repository_projects: ALL,
  secret_scanning_alerts: BOTH,
  secrets: BOTH,
  security_events: BOTH,
  single_file: BOTH,
  statuses: BOTH,
  vulnerability_alerts: BOTH,
  workflows: WRITE,
  custom_properties_for_organizations: BOTH,
  members: BOTH,
  organization_administration: BOTH,
  organization_custom_roles: BOTH,
  organization_custom_org_roles: BOTH,
  organization_custom_properties: ALL,
  organization_copilot_seat_management: BOTH,
  organization_copilot_agent_settings: BOTH,
  organization_announcement_banners: BOTH,
  organization_events: READ,
  organization_hooks: BOTH,
  organization_personal_access_tokens: BOTH,
  organization_personal_access_token_requests: BOTH,
  organization_plan: READ,
  organization_projects: ALL,
  organization_packages: BOTH,
  organization_secrets: BOTH,
  organization_self_hosted_runners: BOTH,
  organization_user_blocking: BOTH,
  email_addresses: BOTH,
  followers: BOTH,
  git_ssh_keys: BOTH,
  gpg_keys: BOTH,
  interaction_limits: BOTH,
  profile: WRITE,
  starring: BOTH,
  enterprise_custom_properties_for_organizations: ALL,
} satisfies Record<keyof Schema<'app-permissions'>, readonly Level[]>;

/** Events an App may subscribe to; others it gets without asking, or never. */
export const APP_EVENTS: ReadonlySet<string> = new Set(
  `branch_protection_configuration branch_protection_rule check_run check_suite code_scanning_alert commit_comment create
  custom_property custom_property_values delete dependabot_alert deploy_key deployment deployment_protection_rule
  deployment_review deployment_status discussion discussion_comment fork gollum issue_comment issue_dependencies issues label
  member membership merge_group meta milestone org_block organization package page_build personal_access_token_request project
  project_card project_column projects_v2 projects_v2_item projects_v2_status_update public pull_request pull_request_review
  pull_request_review_comment pull_request_review_thread push registry_package release repository repository_advisory
  repository_dispatch repository_ruleset secret_scanning_alert secret_scanning_alert_location secret_scanning_scan
  security_advisory security_and_analysis star status sub_issues team team_add watch workflow_dispatch workflow_job
  workflow_run`.split(/\s+/),
);
