import { z } from 'zod';
import type { OpenRun } from './open-run.ts';

const schema = z.record(z.string(), z.string());
const NOTE = 'attention';

/** Says something on the dashboard until it is withdrawn; `null` withdraws it. */
export async function setAttention(run: OpenRun, about: string, text: string | null): Promise<void> {
  const { [about]: before, ...others } = (await run.notes.read(NOTE, schema)) ?? {};
  if (before === (text ?? undefined)) return;
  await run.notes.write(NOTE, text === null ? others : { ...others, [about]: text });
  if (text !== null) run.log.warn({ about, text }, 'attention');
}

export async function attention(run: OpenRun): Promise<readonly string[]> {
  return Object.values((await run.notes.read(NOTE, schema)) ?? {});
}
