import { diskLimit } from '../../sandbox/images/disk-limit.ts';
import type { SetupOptions } from '../../sandbox/setup/engine.ts';
import { askYes, canAsk } from './ask.ts';

/**
 * How commands let set-up speak: on a terminal it asks once, Enter meaning yes; otherwise it says what it does and goes on.
 *
 * @param install what commander makes of `--no-install`
 */
export function terminalSetup(
  install: boolean,
  signal?: AbortSignal,
): SetupOptions & { readonly layers?: string | undefined; readonly diskGB?: number | undefined } {
  return {
    mayInstall: install,
    ask: canAsk() ? askYes : null,
    report: (line) => process.stderr.write(`${line}\n`),
    layers: process.env.HUXLEY_LAYERS || undefined,
    diskGB: diskLimit(process.env.HUXLEY_DISK_GB, 'HUXLEY_DISK_GB'),
    ...(signal === undefined ? {} : { signal }),
  };
}
