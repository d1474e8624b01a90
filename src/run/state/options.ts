/** How the controller goes about its work; the same for every run. */
export interface ControllerOptions {
  /** Seconds between two looks at GitHub for what webhooks missed. */
  readonly sweepSeconds: number;
  /** Seconds between two such looks at a repository without a run. */
  readonly idleSeconds: number;
  /** Seconds at least between two edits of a dashboard, and of a pull request's body; what people have to know comes at once. */
  readonly refreshSeconds: number;
  readonly bodySeconds: number;
  /** Seconds at least between two rounds of telling on GitHub while its limit on writes is near: all of a round goes together. */
  readonly frugalSeconds: number;
  /** Seconds to wait before the second, third, ... attempt at a job that gave no result; as many attempts as entries, plus one. */
  readonly backoffSeconds: readonly number[];
  /** Seconds to look for a dispatched workflow run before it is dispatched again. */
  readonly lookupSeconds: number;
  /** Seconds a run is leased for; a dead process is replaced after it. */
  readonly leaseSeconds: number;
  /** Whether a worker looks at everything a run needs before anything is measured. */
  readonly preflight: boolean;
  /** Jobs in a row without any result after which a run pauses itself. */
  readonly pauseAfterLost: number;
  /** Seconds without anything pending, after which what the owner's CI has said of a commit counts as all of it. */
  readonly settleSeconds: number;
}

export const DEFAULT_OPTIONS: ControllerOptions = {
  sweepSeconds: 60,
  idleSeconds: 3_600,
  refreshSeconds: 60,
  bodySeconds: 300,
  frugalSeconds: 120,
  backoffSeconds: [30, 180],
  lookupSeconds: 120,
  leaseSeconds: 120,
  preflight: true,
  pauseAfterLost: 3,
  settleSeconds: 90,
};
