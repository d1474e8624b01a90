export interface Clock {
  now(): number;
}

/** A clock for tests: it stands still until it is moved. */
export class HandClock implements Clock {
  time: number;

  constructor(start = 0) {
    this.time = start;
  }

  now(): number {
    return this.time;
  }

  move(ms: number): void {
    if (ms < 0) throw new RangeError('the time does not run backwards');
    this.time += ms;
  }
}
