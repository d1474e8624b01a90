import { matches } from './glob.ts';
import type { EventFilter, Workflow } from './model.ts';

type Files = () => Promise<readonly string[]>;

/** What happened, as far as the filters of `on:` look at it. */
export type Trigger =
  | { readonly event: 'push'; readonly ref: string; readonly files: Files }
  | {
      readonly event: 'pull_request' | 'pull_request_target';
      readonly action: string;
      readonly base: string;
      readonly files: Files;
    }
  | { readonly event: 'workflow_run'; readonly action: string; readonly workflow: string; readonly branch: string }
  | { readonly event: 'pull_request_review' | 'issues' | 'issue_comment'; readonly action: string };

const PULL_REQUEST_DEFAULT_TYPES = ['opened', 'synchronize', 'reopened'];

/** Whether a workflow runs for what happened. Files are asked for only when a path filter needs them. */
export async function isTriggered(workflow: Workflow, trigger: Trigger): Promise<boolean> {
  const filter = workflow.events[trigger.event];
  if (!filter) return false;
  switch (trigger.event) {
    case 'push':
      return passesRef(trigger.ref, filter) && (trigger.ref.startsWith('refs/tags/') || passesPaths(trigger, filter));
    case 'pull_request':
    case 'pull_request_target':
      return (
        (filter.types ?? PULL_REQUEST_DEFAULT_TYPES).includes(trigger.action) &&
        passes(trigger.base, filter.branches, filter['branches-ignore']) &&
        passesPaths(trigger, filter)
      );
    case 'workflow_run':
      return (
        (filter.types?.includes(trigger.action) ?? true) &&
        (filter.workflows ?? []).includes(trigger.workflow) &&
        passes(trigger.branch, filter.branches, filter['branches-ignore'])
      );
    default:
      return filter.types?.includes(trigger.action) ?? true;
  }
}

async function passesPaths({ files }: { readonly files: Files }, filter: EventFilter): Promise<boolean> {
  const { paths, 'paths-ignore': ignored } = filter;
  if (paths) return (await files()).some((file) => matches(file, paths));
  return !ignored || (await files()).some((file) => !matches(file, ignored));
}

function passesRef(ref: string, filter: EventFilter): boolean {
  const branch = /^refs\/heads\/(.+)$/.exec(ref)?.[1];
  const tag = /^refs\/tags\/(.+)$/.exec(ref)?.[1];
  const aboutBranches = filter.branches !== undefined || filter['branches-ignore'] !== undefined;
  const aboutTags = filter.tags !== undefined || filter['tags-ignore'] !== undefined;
  if (branch !== undefined)
    return aboutBranches ? passes(branch, filter.branches, filter['branches-ignore']) : !aboutTags;
  if (tag !== undefined) return aboutTags ? passes(tag, filter.tags, filter['tags-ignore']) : !aboutBranches;
  return false;
}

function passes(name: string, only?: readonly string[], ignore?: readonly string[]): boolean {
  if (only) return matches(name, only);
  return ignore ? !matches(name, ignore) : true;
}
