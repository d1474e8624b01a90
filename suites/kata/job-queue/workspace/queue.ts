import type { Clock } from './clock.ts';

export class Queue {
  constructor(clock: Clock, leaseMs: number, tries: number) {}
}
