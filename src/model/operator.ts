/**
 * How a child is made of its parent.
 *
 * - `mutation`: from one failed trajectory (HGM, arXiv 2510.21614).
 * - `reaction-norm`: from two or more tasks of one variant, looking for the recurring failing (MGM, arXiv 2608.07645).
 * - `hybridization`: two lineages on one task, the failing one learns from the solver (MGM).
 * - `empty-patch`, `stochasticity`, `context-overflow`: HGM's special entries, for trajectories that ended without a
 *   patch, for tasks solved only sometimes, and for trajectories that ran out of context.
 */
export const OPERATORS = [
  'mutation',
  'reaction-norm',
  'hybridization',
  'empty-patch',
  'stochasticity',
  'context-overflow',
] as const;
export type OperatorName = (typeof OPERATORS)[number];
