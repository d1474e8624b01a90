import { CALL, CALL_FROM_BESIDE } from '../model/command-line.ts';
import type { Reason } from '../model/decision.ts';
import { sentence } from '../model/error.ts';
import type { GateVerdict } from '../model/gate/verdict.ts';
import type { TaskId } from '../model/ids.ts';
import type { Contribution } from '../search/contribution/contribution.ts';
import { contributionTable, slimText } from './contribution/contribution-text.ts';
import { modelsText, operatorText } from './operator-text.ts';
import { predictionLine, predictionTable } from './predictions/text.ts';
import { reasonTable } from './reason.ts';
import { block, inline } from './text/escape.ts';
import { count, dollars, figure, type Tally, tally, tokens } from './text/figures.ts';
import { details, fitBody } from './text/fit.ts';
import { markerToString } from './text/marker.ts';
import { titleText } from './text/text.ts';
import { mermaid } from './tree/lineage.ts';
import { verdictLine } from './verdict/verdict-line.ts';
import { REHEARSAL_NOTE, type RunView, type VariantView, variantIn } from './view.ts';

/** A search task on which a variant and the root differ, and what the attempts of both came to. */
export interface Changed {
  readonly task: TaskId;
  readonly root: Tally;
  readonly variant: Tally;
}

/** What a variant's pull request tells besides what the run's view holds. */
export interface PullRequestDetails {
  readonly sha: string;
  /** Search tasks the evidence for making it came from. */
  readonly evidenceTasks: readonly TaskId[];
  readonly donor: string | null;
  readonly diff: { readonly files: number; readonly added: number; readonly removed: number };
  /** `null` where that is not known. */
  readonly addsDependencies: boolean | null;
  /** What of the change is allowed but out of the ordinary, one line each. Untrusted text. */
  readonly unusual: readonly string[];
  /** The size of the whole change against the root, once the pull request would merge it; else `null`. */
  readonly whole: { readonly files: number; readonly added: number; readonly removed: number } | null;
  /** The model's words. Untrusted text. */
  readonly diagnosis: { readonly summary: string; readonly proposal: string } | null;
  /** The decision that made it; `null` when a person asked for it. */
  readonly decision: { readonly n: number; readonly reason: Reason } | null;
  /** Tasks on which it and the root differ. */
  readonly fixed: readonly Changed[];
  readonly broken: readonly Changed[];
  readonly gate: GateVerdict | null;
  readonly checkPassed: boolean | null;
  /** What each edit it would merge contributed, the oldest first; absent where that is not asked. */
  readonly contributions?: readonly Contribution[];
}

/** `v12: retries a failed edit with a wider context`, without markup. */
export function pullRequestTitle(node: Pick<VariantView, 'variant' | 'summary'>): string {
  return `${node.variant}: ${titleText(node.summary)}`;
}

/** The title once merging is offered: of every change it would merge, e.g. `v12: 3 changes: retries ...; caps ...; asks ...`. */
export function mergeTitle(view: RunView, node: VariantView): string {
  const all = changesIn(view, node);
  if (all.length === 1) return pullRequestTitle({ ...node, summary: all[0]!.summary });
  const changes = all.map(({ summary }) => titleText(summary, 60));
  return `${node.variant}: ${changes.length} changes: ${titleText(changes.join('; '), 150)}`;
}

/** The body of a variant's pull request, under MAX_BODY_BYTES. */
export function renderPullRequest(view: RunView, node: VariantView, more: PullRequestDetails): string {
  const root = variantIn(view, 'v0');
  const parent = node.parent === null ? root : variantIn(view, node.parent);
  return fitBody(
    [
      verdictLine(node, more.gate),
      changeLine(view, node, more),
      ...(view.rehearsal ? [`> ${REHEARSAL_NOTE}`] : []),
      evidenceTable(root, parent, node),
    ],
    [
      mermaid(view),
      ...(node.failure === null
        ? []
        : [details('Why it does not pass: the output of its own check', block(node.failure))]),
      details(`Fixed and broken, by task (${more.fixed.length} and ${more.broken.length})`, taskLists(more)),
      ...(node.predictions
        ? [details('Predicted by the diagnosis, task by task', predictionTable(node.predictions.judged))]
        : []),
      ...lineage(view, node, more),
      details('Why this variant exists: diagnosis and evidence', diagnosis(more)),
      details('Why it was chosen: candidates, posterior, draws', chosen(more)),
      details('Reproduce', reproduce(view, node, more)),
    ],
    markerToString({ kind: 'variant', fields: { run: view.run, variant: node.variant, sha: more.sha } }),
  );
}

function madeBy({ operator, parent, adopted, idea, models, slim }: VariantView): string {
  if (slim) return slimText(slim);
  if (adopted) return `Adopted from #${adopted.pull}, the work of ${inline(adopted.author, 60)}`;
  if (idea)
    return `An idea of ${inline(idea.by, 60)}: “${inline(idea.text, 500)}”. Made by ${operatorText(operator!)} from ${parent}${modelsText(models)}`;
  return `Made by ${operatorText(operator!)} from ${parent}${modelsText(models)}`;
}

function changeLine(view: RunView, node: VariantView, more: PullRequestDetails): string {
  const { files, added, removed } = more.diff;
  const tasks =
    more.evidenceTasks.length > 0
      ? `, ${more.evidenceTasks.length === 1 ? 'task' : 'tasks'} ${more.evidenceTasks.map((task) => inline(task)).join(', ')}`
      : '';
  const donor = more.donor === null ? '' : `, learning from ${more.donor}`;
  const gates = [
    more.checkPassed === null
      ? 'the agent has no check of its own'
      : `agent's own check ${more.checkPassed ? 'passes' : '**fails**'}`,
    'protected paths untouched',
    more.addsDependencies === null
      ? 'new dependencies are allowed'
      : more.addsDependencies
        ? '**new dependencies**'
        : 'no new dependencies',
  ];
  const all = changesIn(view, node);
  const whole =
    more.whole === null || node.parent === 'v0'
      ? []
      : [
          `Merging it adds ${count(all.length, 'change')}: ${all.map(({ variant, summary }) => `${variant} ${inline(summary, 80)}`).join('; ')}. Together ${count(more.whole.files, 'file')}, +${more.whole.added} -${more.whole.removed} against the root.`,
        ];
  return [
    ...whole,
    `${whole.length === 0 || node.slim ? 'Change' : 'The last of them'}: ${sentence(inline(node.summary))} ${count(files, 'file')}, +${added} -${removed} against ${node.parent}. ${madeBy(node)}${donor}${tasks}.`,
    ...(node.predictions ? [predictionLine(node.predictions.score)] : []),
    `Gates: ${gates.join(' · ')}`,
    ...(more.unusual.length === 0
      ? []
      : [
          `**Unusual, and allowed:** ${more.unusual
            .slice(0, 20)
            .map((note) => inline(note, 200))
            .join(' · ')}`,
        ]),
  ].join('\n');
}

/** The variants between the root and this one, the oldest first: merging this one merges them. */
function ancestorsOf(view: RunView, node: VariantView): VariantView[] {
  const ancestors: VariantView[] = [];
  for (let at = node.parent; at !== null && at !== 'v0'; at = ancestors[0]!.parent)
    ancestors.unshift(variantIn(view, at));
  return ancestors;
}

/** The changes that merging this one merges, the oldest first: what was slimmed away is not among them. */
function changesIn(view: RunView, node: VariantView): VariantView[] {
  const all = [...ancestorsOf(view, node), node];
  const gone = new Set(all.flatMap(({ slim }) => slim?.dropped ?? []));
  return all.filter(({ variant, slim }) => !slim && !gone.has(variant));
}

function evidenceTable(root: VariantView, parent: VariantView, node: VariantView): string {
  const columns = [
    { title: 'root v0', of: root },
    ...(parent.variant === 'v0' ? [] : [{ title: `parent ${parent.variant}`, of: parent }]),
    { title: `**${node.variant}**`, of: node },
  ];
  const row = (name: string, cell: (of: VariantView) => string) =>
    `| ${name} | ${columns.map(({ of }) => cell(of)).join(' | ')} |`;
  return [
    `| | ${columns.map(({ title }) => title).join(' | ')} |`,
    `|---|${columns.map(() => '--:').join('|')}|`,
    row(`Search tasks of ${node.variant}`, (of) =>
      tally(of === node ? node.own : of === root ? node.same.root : node.same.parent),
    ),
    row('All its search tasks', ({ own }) => tally(own)),
    row('Held-out tasks', ({ heldOut }) => tally(heldOut)),
    row('Clade', ({ clade }) => tally(clade)),
    row('Belief (lower 5 %)', ({ lower, own }) => (own.n === 0 ? '-' : figure(lower))),
    row('Cost so far', ({ costUSD }) => dollars(costUSD)),
    ...(node.tokensPerSolved === null
      ? []
      : [row('Tokens per resolved search task', ({ tokensPerSolved }) => tokens(tokensPerSolved))]),
  ].join('\n');
}

/** What attempts came to, where there was more than one. */
function attempts({ root, variant }: Changed): string {
  return root.n === 1 && variant.n === 1 ? '' : ` (${tally(variant)}, root ${tally(root)})`;
}

function taskLists({ fixed, broken }: PullRequestDetails): string {
  const list = (tasks: readonly Changed[]) =>
    tasks.length === 0 ? 'none' : tasks.map((each) => `${inline(each.task)}${attempts(each)}`).join(', ');
  return `Search tasks measured on both it and the root.\n\nFixed: ${list(fixed)}\n\nBroken: ${list(broken)}`;
}

/** What the variant is made of besides its own change, for merging it brings that too; none for a child of the root. */
function lineage(view: RunView, node: VariantView, { contributions = [] }: PullRequestDetails): string[] {
  const ancestors = ancestorsOf(view, node);
  if (ancestors.length === 0) return [];
  const changes = changesIn(view, node).map(({ variant, summary }) => `- ${variant}: ${inline(summary)}`);
  const reverted = node.slim?.dropped.map((id) => `- ${id}: ${inline(variantIn(view, id).summary)}`) ?? [];
  const dropped = reverted.length === 0 ? [] : [`Reverted in ${node.variant}:\n\n${reverted.join('\n')}`];
  return [
    details(
      `What merging it adds: ${ancestors.map(({ variant }) => variant).join(', ')} and ${node.variant}`,
      [contributions.length === 0 ? changes.join('\n') : contributionTable(view, contributions), ...dropped].join(
        '\n\n',
      ),
    ),
  ];
}

function diagnosis({ diagnosis: found }: PullRequestDetails): string {
  if (found === null) return 'No diagnosis was recorded.';
  return `In the diagnosing model's words:\n\n${block(found.summary)}\n\nThe change the agent was asked to make to itself:\n\n${block(found.proposal)}`;
}

function chosen({ decision }: PullRequestDetails): string {
  return decision === null ? 'A person asked for it.' : `Decision ${decision.n}.\n\n${reasonTable(decision.reason)}`;
}

function reproduce({ suite }: RunView, node: VariantView, { sha }: PullRequestDetails): string {
  const beside = CALL_FROM_BESIDE === CALL ? '' : ", with Huxley's at ../huxley";
  return `\`\`\`sh\n# in a checkout of this repository${beside}\ngit fetch origin ${sha} && git worktree add ../${node.variant} ${sha}\n${CALL_FROM_BESIDE} bench run --agent ../${node.variant} --suite ${suite}\n\`\`\``;
}
