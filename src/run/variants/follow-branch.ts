import type { OpenRun } from '../state/open-run.ts';

/**
 * Follows a default branch that was renamed. One that is still there, while another has become the default, stays the run's:
 * its root is measured against what it came from.
 */
export async function followBranch(run: OpenRun): Promise<void> {
  const { forge, spec } = run;
  if (run.archive.status === 'ended' || (await forge.branch(spec.defaultBranch)) !== null) return;
  const { defaultBranch } = await forge.facts();
  if (defaultBranch === spec.defaultBranch || !(await forge.contains(defaultBranch, run.archive.settings.root.sha)))
    return;
  run.log.warn({ from: spec.defaultBranch, to: defaultBranch }, 'the default branch has a new name');
  await run.amend({ defaultBranch, formerBranches: [...(spec.formerBranches ?? []), spec.defaultBranch] });
}
