import type { FileEntry } from '../model/file.ts';
import type { TaskId } from '../model/ids.ts';
import type { Proposal } from '../model/memory/proposal.ts';
import type { OperatorName } from '../model/operator.ts';
import type { Evidence } from './evidence.ts';
import { COMMON } from './prompt/common.ts';
import { CONTEXT_OVERFLOW } from './prompt/context-overflow.ts';
import { EMPTY_PATCH } from './prompt/empty-patch.ts';
import { HYBRIDIZATION } from './prompt/hybridization.ts';
import { MUTATION } from './prompt/mutation.ts';
import { PROPOSED, SENT_BACK } from './prompt/proposed.ts';
import { REACTION_NORM } from './prompt/reaction-norm.ts';
import { STOCHASTICITY } from './prompt/stochasticity.ts';
import { GUIDANCE, IDEA } from './prompt/wishes.ts';
import { quoteProposals, quoteSentBack, type SentBack } from './proposed.ts';
import { quote } from './quote.ts';
import { quoteSource } from './source.ts';
import { type Trajectory, tail } from './trajectory.ts';

const INSTRUCTIONS: Readonly<Record<OperatorName, string>> = {
  mutation: MUTATION,
  'reaction-norm': REACTION_NORM,
  hybridization: HYBRIDIZATION,
  'empty-patch': EMPTY_PATCH,
  stochasticity: STOCHASTICITY,
  'context-overflow': CONTEXT_OVERFLOW,
};

/** Characters of trajectories shown in one diagnosis, shared among them. */
const RECORDS_LIMIT = 160_000;

export interface DiagnosisMessages {
  /** Ours alone: holds no word that a variant or a task wrote. */
  readonly system: string;
  /** Everything quoted. */
  readonly user: string;
}

/** What a diagnosis knows of others before it. */
export interface History {
  /** What was proposed before. */
  readonly proposed?: readonly Proposal[];
  /** What this one proposed at first. */
  readonly sentBack?: SentBack | undefined;
}

/** What people who may write to the agent's repository ask of a diagnosis, in their own words. */
export interface Wishes {
  readonly idea?: string | undefined;
  readonly guidance?: readonly string[] | undefined;
}

/**
 * What the diagnosing model is sent.
 *
 * @param source the parent's visible source code
 * @param donorDiff unified diff from the parent's source to the donor's; hybridization shows it
 */
export function diagnosisMessages(
  evidence: Evidence,
  source: readonly FileEntry[],
  donorDiff: string,
  { proposed = [], sentBack }: History = {},
  { idea, guidance = [] }: Wishes = {},
): DiagnosisMessages {
  const records = [
    recordsOf(evidence, donorDiff),
    ...(proposed.length === 0 ? [] : [quoteProposals(proposed)]),
    ...(sentBack === undefined ? [] : [quoteSentBack(sentBack)]),
  ].join('\n\n');
  const before = proposed.length === 0 ? '' : `\n\n${PROPOSED}${sentBack === undefined ? '' : `\n${SENT_BACK}`}`;
  const wishes = [
    ...(idea === undefined ? [] : [{ told: IDEA, said: quote('the idea', idea) }]),
    ...(guidance.length === 0 ? [] : [{ told: GUIDANCE, said: quote('the guidance', guidance.join('\n')) }]),
  ];
  const told = wishes.map((wish) => `\n\n${wish.told}`).join('');
  return {
    system: `${COMMON}${before}\n\nThis time\n${INSTRUCTIONS[evidence.operator]}${told}`,
    user: `${wishes.map(({ said }) => `What people ask for:\n\n${said}\n\n`).join('')}The agent's source code:\n\n${quoteSource('agent', source)}\n\nThe records:\n\n${records}`,
  };
}

/** The tasks of a diagnosis in the order of their numbers in it; one that has no number is the only one. */
export function tasksShown(evidence: Evidence): readonly TaskId[] {
  switch (evidence.operator) {
    case 'mutation':
    case 'hybridization':
      return [evidence.failed.task];
    case 'reaction-norm':
      return evidence.trajectories.map(({ task }) => task);
    case 'empty-patch':
      return evidence.empty.map(({ task }) => task);
    case 'stochasticity':
      return evidence.outcomes.map(({ task }) => task);
    case 'context-overflow':
      return [evidence.overflowed.task];
  }
}

function recordsOf(evidence: Evidence, donorDiff: string): string {
  switch (evidence.operator) {
    case 'mutation':
      return quoteTrajectory('the task', evidence.failed, RECORDS_LIMIT);
    case 'reaction-norm':
      return quoteAll(evidence.trajectories);
    case 'hybridization':
      return [
        quoteTrajectory('our agent', evidence.failed, RECORDS_LIMIT / 2),
        quoteTrajectory('the other agent', evidence.solved, RECORDS_LIMIT / 2, false),
        quote("from our agent's source to the other's", tail(donorDiff, RECORDS_LIMIT / 4)),
      ].join('\n\n');
    case 'empty-patch':
      return quoteAll(evidence.empty);
    case 'stochasticity':
      return quote('outcomes', evidence.outcomes.map(({ verdict }, i) => `task ${i + 1}: ${verdict}`).join('\n'));
    case 'context-overflow':
      return quoteTrajectory('the task', evidence.overflowed, RECORDS_LIMIT);
  }
}

function quoteAll(trajectories: readonly Trajectory[]): string {
  const share = RECORDS_LIMIT / trajectories.length;
  return trajectories.map((t, i) => quoteTrajectory(`task ${i + 1}`, t, share)).join('\n\n');
}

/** Tasks are numbered, not named: a model that never saw an id cannot write it into the agent. */
function quoteTrajectory(label: string, t: Trajectory, limit: number, statement = true): string {
  const whose = t.earlier ? ['by: an earlier version of this agent, before its last change'] : [];
  const outcome = [
    `outcome: ${t.verdict}`,
    ...whose,
    `the agent's command: ${t.ended}`,
    `the grader: ${t.evidence}`,
  ].join('\n');
  const parts = [quote(`${label}: outcome`, outcome)];
  if (statement) parts.push(quote(`${label}: problem statement`, tail(t.statement, limit / 8)));
  parts.push(quote(`${label}: what the agent and its model said`, tail(t.conversation || t.transcript, limit / 2)));
  if (t.conversation !== '' && t.transcript !== '')
    parts.push(quote(`${label}: the agent's own log`, tail(t.transcript, limit / 8)));
  parts.push(quote(`${label}: what the agent changed`, tail(t.patch || '(nothing)', limit / 4)));
  return parts.join('\n');
}
