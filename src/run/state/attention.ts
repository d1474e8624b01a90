import { DOCUMENTS } from './documents.ts';
import type { OpenRun } from './open-run.ts';

/** Steps that go on at the same time must not write over what each other says. */
const saying = new WeakMap<OpenRun, Promise<unknown>>();

/** Says something on the dashboard until it is withdrawn; `null` withdraws it. True when that changed anything. */
export function setAttention(run: OpenRun, about: string, text: string | null): Promise<boolean> {
  const said = (saying.get(run) ?? Promise.resolve()).then(() => set(run, about, text));
  saying.set(
    run,
    said.catch(() => {}),
  );
  return said;
}

async function set(run: OpenRun, about: string, text: string | null): Promise<boolean> {
  const { [about]: before, ...others } = (await run.documents.read(DOCUMENTS.attention)) ?? {};
  if (before === (text ?? undefined)) return false;
  await run.documents.write(DOCUMENTS.attention, text === null ? others : { ...others, [about]: text });
  if (text !== null) run.log.warn({ about, text }, 'attention');
  return true;
}

/** Withdraws what was said about things that are over. */
export async function forgetAttention(run: OpenRun, isOver: (about: string) => boolean): Promise<void> {
  const said = (await run.documents.read(DOCUMENTS.attention)) ?? {};
  const kept = Object.entries(said).filter(([about]) => !isOver(about));
  if (kept.length < Object.keys(said).length) await run.documents.write(DOCUMENTS.attention, Object.fromEntries(kept));
}

/** Everything there is to say, each once. */
export async function attention(run: OpenRun): Promise<readonly string[]> {
  return [...new Set(Object.values((await run.documents.read(DOCUMENTS.attention)) ?? {}))];
}
