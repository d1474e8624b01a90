import type { ControllerOptions } from '../../src/run/state/options.ts';

/** How the App goes about its work in tests: as always, only sooner, and without a look at what the stand-in worker has not. */
export const QUICK: Partial<ControllerOptions> = {
  sweepSeconds: 3,
  idleSeconds: 0,
  refreshSeconds: 0.2,
  bodySeconds: 0.2,
  backoffSeconds: [0.2, 0.5],
  lookupSeconds: 3,
  leaseSeconds: 5,
  preflight: false,
  settleSeconds: 1,
};
