import { HuxleyError } from '../../model/error.ts';
import type { FileEntry } from '../../model/file.ts';
import type { Container, CopyLimits } from '../../sandbox/port.ts';

/**
 * What a test run left in a folder of reports. None where the code under test put something there that no sandbox lets out,
 * or took its container down: that is its own doing, and a report that is missing never counts in its favour.
 */
export async function takeReport(
  container: Container,
  folder: string,
  limits: CopyLimits,
): Promise<readonly FileEntry[]> {
  try {
    await container.quiesce();
    return await container.copyOut(folder, limits);
  } catch (error) {
    if (error instanceof HuxleyError && (error.code === 'sandbox.take' || error.code === 'sandbox.ended')) return [];
    throw error;
  }
}
