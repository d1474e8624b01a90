import { z } from 'zod';

/**
 * What a solver must have seen or done to get a task right. The rehearsal model answers with the task's plausible wrong
 * draft until its conversation satisfies every need of the task, so an agent that shows more solves more.
 *
 * - `statement`: the whole statement, its last paragraph included.
 * - `file`: the current content of every solution file.
 * - `neighbours`: the content of the other workspace files the statement names (`neighbours` in rehearsal.yml).
 * - `failing-output`: the output of the task's visible example check (`example` in rehearsal.yml), failing after a first try.
 * - `second-look`: a request to review the finished work once more.
 * - `turns`: at least eight turns of the model.
 */
export const NEEDS = ['statement', 'file', 'neighbours', 'failing-output', 'second-look', 'turns'] as const;
export const needSchema = z.enum(NEEDS);
export type Need = z.infer<typeof needSchema>;
