import { HuxleyError } from '../../model/error.ts';
import type { FileEntry } from '../../model/file.ts';
import type { Box, TakeLimits } from '../../sandbox/port.ts';

/**
 * What a test run left in a folder of reports. None where the code under test put something there that no sandbox lets out,
 * or took its container down: that is its own doing, and a report that is missing never counts in its favour.
 */
export async function takeReport(box: Box, folder: string, limits: TakeLimits): Promise<readonly FileEntry[]> {
  try {
    await box.quiesce();
    return await box.take(folder, limits);
  } catch (error) {
    if (error instanceof HuxleyError && (error.code === 'sandbox.take' || error.code === 'sandbox.ended')) return [];
    throw error;
  }
}
