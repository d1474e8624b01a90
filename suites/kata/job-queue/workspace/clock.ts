export interface Clock {
  now(): number;
}

/** A clock for tests: it stands still until it is moved. */
export class HandClock implements Clock {
  now(): number {
    return 0;
  }
}
