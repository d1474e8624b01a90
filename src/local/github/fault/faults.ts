import type { App } from '../store/rows.ts';

/** What goes wrong on demand. Nothing, unless a script or a seed says otherwise. */
export class Faults {
  /** Delays in milliseconds of the copies of a delivery that are sent: none drops it, two double it. */
  deliveries(_app: App, _event: string, _action: string | null): readonly number[] {
    return [0];
  }
}
