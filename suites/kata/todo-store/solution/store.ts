export interface Entry {
  text: string;
  done: boolean;
}

export type Snapshot = readonly Readonly<Entry>[];

export class Store {
  entries: Entry[] = [];

  snapshot(): Snapshot {
    return this.entries.map((entry) => ({ ...entry }));
  }

  restore(snapshot: Snapshot): void {
    this.entries = snapshot.map((entry) => ({ ...entry }));
  }
}
