import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type AnyResult, type Order, resultSchema } from '../contract/contract.ts';
import { replaceFile } from '../files/replace-file.ts';
import { type Trajectory, trajectoryFile } from '../operator/trajectory.ts';

const RESULT = 'result.json';
export const TRANSCRIPTS = 'transcripts';

/** Where a job leaves what it has. Every write replaces the file at once, so that a killed job leaves its last whole state. */
export class ResultFolder {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  /** What an earlier worker left of this very order, or `null`. */
  async previous(order: Pick<Order, 'jobId' | 'digest' | 'sha'>): Promise<AnyResult | null> {
    let text: string;
    try {
      text = await readFile(join(this.folder, RESULT), 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw error;
    }
    const parsed = resultSchema.safeParse(JSON.parse(text));
    const same =
      parsed.data?.jobId === order.jobId && parsed.data.order === order.digest && parsed.data.sha === order.sha;
    return parsed.success && same ? parsed.data : null;
  }

  async write(result: AnyResult): Promise<void> {
    await replaceFile(join(this.folder, RESULT), JSON.stringify(result));
  }

  async addTrajectory(trajectory: Trajectory): Promise<void> {
    await replaceFile(join(this.folder, TRANSCRIPTS, trajectoryFile(trajectory.task)), JSON.stringify(trajectory));
  }
}
