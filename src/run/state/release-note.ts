import { z } from 'zod';
import type { Notes } from './notes.ts';

const RELEASE = 'release';
const schema = z.enum(['awaiting', 'released', 'given up']);
type Release = z.infer<typeof schema>;

/** Whether a winner waits for a person to have read it, and how that ended; undefined for runs that have none, or merged it. */
export async function releaseOf(notes: Notes): Promise<Release | undefined> {
  return notes.read(RELEASE, schema);
}

export async function noteRelease(notes: Notes, state: Release): Promise<void> {
  await notes.write(RELEASE, state);
}
