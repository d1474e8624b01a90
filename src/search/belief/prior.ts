/** What is assumed of worlds before anything is seen. Abilities and difficulties are in logits. */
export interface Prior {
  /** Chance that a hopeless agent resolves a task, and that a perfect one does not. */
  readonly slip: number;
  readonly difficultySd: number;
  readonly rootSd: number;
  readonly driftSd: number;
  /** Mean and spread of what a child that works gains besides its drift. */
  readonly gain: number;
  readonly gainSd: number;
  /** Chance that a child is broken, and what that does to it. */
  readonly broken: number;
  readonly brokenGain: number;
  readonly brokenSd: number;
  /** How far predictions may move what a child is expected to gain, in `gainSd`; 0 leaves them out. */
  readonly trust: number;
  /** Whether tasks that a diagnosis said would be fixed may be easier for its child. */
  readonly named: boolean;
  /** Pseudo-observations behind `gain`, `broken` and `difficultySd`. */
  readonly weight: number;
}
