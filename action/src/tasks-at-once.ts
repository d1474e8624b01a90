import { availableParallelism } from 'node:os';
import type { JobLimits } from '../../src/contract/settings.ts';

/** What two graders of one attempt may take; they come after the agent, in its place. */
const GRADING_MB = 2 * 1024;
const MEGABYTE = 1024 * 1024;

/** What a machine has for tasks. */
interface Room {
  readonly cores: number;
  readonly freeMB: number;
}

/**
 * Tasks that are worked on at once where nobody says how many: as many as there are processors for, though two even on one, since
 * agents mostly wait for their model; never more than what all may take of the free memory, and never none. Tasks in Harbor's format
 * bring machines of their own, which may be larger than the limit: two at once at most.
 */
export function tasksAtOnce(
  { cpus, memoryMB }: Pick<JobLimits, 'cpus' | 'memoryMB'>,
  suite: { readonly name: string },
  room: Room = here(),
): number {
  const byCores = Math.max(2, Math.floor(room.cores / cpus));
  const byMemory = Math.floor(room.freeMB / Math.max(memoryMB, GRADING_MB));
  const most = suite.name.startsWith('harbor:') ? 2 : 64;
  return Math.max(1, Math.min(byCores, byMemory, most));
}

function here(): Room {
  return { cores: availableParallelism(), freeMB: process.availableMemory() / MEGABYTE };
}
