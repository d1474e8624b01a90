import { matches } from './glob.ts';
import type { EventFilter, Workflow } from './model.ts';

/** What happened, as far as the filters of `on:` look at it. */
export type Trigger =
  | { readonly event: 'push'; readonly ref: string; readonly files: () => Promise<readonly string[]> }
  | {
      readonly event: 'pull_request';
      readonly action: string;
      readonly base: string;
      readonly files: () => Promise<readonly string[]>;
    };

const PULL_REQUEST_DEFAULT_TYPES = ['opened', 'synchronize', 'reopened'];

/** Whether a workflow runs for what happened. Files are asked for only when a path filter needs them. */
export async function isTriggered(workflow: Workflow, trigger: Trigger): Promise<boolean> {
  const filter = workflow.events[trigger.event];
  if (!filter) return false;
  if (trigger.event === 'pull_request') {
    if (!(filter.types ?? PULL_REQUEST_DEFAULT_TYPES).includes(trigger.action)) return false;
    if (!passes(trigger.base, filter.branches, filter['branches-ignore'])) return false;
  } else if (!passesRef(trigger.ref, filter)) return false;
  if (!filter.paths && !filter['paths-ignore']) return true;
  if (trigger.event === 'push' && trigger.ref.startsWith('refs/tags/')) return true;
  const files = await trigger.files();
  if (filter.paths) return files.some((file) => matches(file, filter.paths!));
  return files.some((file) => !matches(file, filter['paths-ignore']!));
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
