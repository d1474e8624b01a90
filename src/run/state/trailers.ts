import type { Adoption } from '../../model/gate/measure.ts';
import type { VariantId } from '../../model/ids.ts';
import { slimTitle } from '../../model/memory/slim.ts';
import type { OperatorName } from '../../model/operator.ts';
import { bodyText, titleText } from '../../report/text/text.ts';

/** What a variant's commit says of itself. */
export interface VariantCommit {
  readonly run: string;
  readonly variant: VariantId;
  readonly parent: VariantId;
  readonly operator: OperatorName;
  readonly job: string;
  readonly tasks: readonly string[];
  readonly donor: VariantId | null;
  /** Who had the idea; absent where no person did. */
  readonly ideaBy?: string | undefined;
}

/**
 * A variant's commit message. The trailers come after two blank lines and end with `skip-checks: true`, so that GitHub starts
 * none of the owner's workflows on code nobody has read (docs.github.com, "Skipping workflow runs").
 */
export function commitMessage(title: string, body: string, commit: VariantCommit): string {
  const trailers = [
    `Huxley-Run: ${commit.run}`,
    `Huxley-Variant: ${commit.variant}`,
    `Huxley-Parent: ${commit.parent}`,
    `Huxley-Operator: ${commit.operator}`,
    ...(commit.donor === null ? [] : [`Huxley-Donor: ${commit.donor}`]),
    ...(commit.tasks.length === 0 ? [] : [`Huxley-Tasks: ${commit.tasks.map((task) => titleText(task)).join(', ')}`]),
    ...(commit.ideaBy === undefined ? [] : [`Huxley-Idea-By: ${titleText(commit.ideaBy)}`]),
    `Huxley-Job: ${commit.job}`,
    'skip-checks: true',
  ];
  return `${[`${commit.variant}: ${titleText(title)}`, bodyText(body)].filter(Boolean).join('\n\n')}\n\n\n${trailers.join('\n')}\n`;
}

/** The message of a variant that was taken from a person's pull request; nobody has it run by way of this commit either. */
export function adoptedMessage(
  { run, variant, parent, job }: Pick<VariantCommit, 'run' | 'variant' | 'parent' | 'job'>,
  { pull, author, head, title }: Pick<Adoption, 'pull' | 'author' | 'head' | 'title'>,
): string {
  const trailers = [
    `Huxley-Run: ${run}`,
    `Huxley-Variant: ${variant}`,
    `Huxley-Parent: ${parent}`,
    `Huxley-Job: ${job}`,
    `Huxley-Adopted: ${head}`,
    `Huxley-Author: ${titleText(author)}`,
    'skip-checks: true',
  ];
  return `${variant}: ${titleText(title)}\n\n${bodyText(`The work of ${author} in pull request ${pull}.`)}\n\n\n${trailers.join('\n')}\n`;
}

/** Edits by their variants, the newest first. */
export interface Slimmed {
  readonly dropped: readonly VariantId[];
  /** Those that were to be dropped, too, and could not be. */
  readonly unreverted: readonly VariantId[];
}

/** The message of a variant that is its parent without some edits. */
export function slimMessage(
  { run, variant, parent, job }: Pick<VariantCommit, 'run' | 'variant' | 'parent' | 'job'>,
  { dropped, unreverted, by }: Slimmed & { readonly by: string },
): string {
  const trailers = [
    `Huxley-Run: ${run}`,
    `Huxley-Variant: ${variant}`,
    `Huxley-Parent: ${parent}`,
    `Huxley-Job: ${job}`,
    `Huxley-Dropped: ${dropped.join(', ')}`,
    ...(unreverted.length === 0 ? [] : [`Huxley-Unreverted: ${unreverted.join(', ')}`]),
    `Huxley-Asked-By: ${titleText(by)}`,
    'skip-checks: true',
  ];
  const kept = unreverted.length === 0 ? '' : ` Later edits build on those of ${unreverted.join(', ')}, which stay.`;
  const body = bodyText(`Reverts the edits of ${dropped.join(', ')}, which show no contribution.${kept}`);
  return `${variant}: ${titleText(slimTitle(parent, dropped))}\n\n${body}\n\n\n${trailers.join('\n')}\n`;
}

/**
 * The message of a promotion commit: the same tree as the variant's, with nothing that skips checks, because the owner's
 * required checks have to run before a merge.
 */
export function promotionMessage(run: string, variant: VariantId, title: string): string {
  return `Promote ${variant}: ${titleText(title)}\n\nHuxley-Run: ${run}\nHuxley-Promotes: ${variant}\n`;
}

/** The message of a default branch merged into a variant to be measured. Nobody has read it, so nothing of the owner's runs on it. */
export function mergeMessage(run: string, variant: VariantId, branch: string): string {
  return `Merge ${titleText(branch)} into ${variant} to measure both together\n\n\nHuxley-Run: ${run}\nHuxley-Merges: ${variant}\nskip-checks: true\n`;
}

/** Subject and body of the commit that merges a promoted variant: nothing is left to what GitHub would put together itself. */
export function mergedMessage(run: string, variant: VariantId, title: string): { title: string; message: string } {
  return {
    title: `Merge ${variant} of run ${run}: ${titleText(title, 100)}`,
    message: `Huxley-Run: ${run}\nHuxley-Merged: ${variant}\n`,
  };
}

/** The trailers of a message, by name in lower case. */
export function parseTrailers(message: string): ReadonlyMap<string, string> {
  const last = message.trimEnd().split(/\n\n+/).at(-1) ?? '';
  return new Map(
    last.split('\n').flatMap((line) => {
      const found = /^([A-Za-z-]+): ?(.*)$/.exec(line);
      return found ? [[found[1]!.toLowerCase(), found[2]!] as const] : [];
    }),
  );
}

/** The body that `commitMessage` was given, as far as it went into the message. */
export function parseProposal(message: string): string {
  const [, ...lines] = (message.split('\n\n\n')[0] ?? '').split('\n');
  return lines
    .map((line) => line.replace(/^ {4}/, ''))
    .join('\n')
    .trim();
}
