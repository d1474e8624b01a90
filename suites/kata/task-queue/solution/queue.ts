interface Entry<T> {
  item: T;
  priority: number;
}

export class PriorityQueue<T> {
  entries: Entry<T>[] = [];

  get size(): number {
    return this.entries.length;
  }

  push(item: T, priority: number): void {
    if (Number.isNaN(priority)) throw new RangeError('a priority must be a number');
    const at = this.entries.findIndex((entry) => entry.priority < priority);
    this.entries.splice(at < 0 ? this.entries.length : at, 0, { item, priority });
  }

  peek(): T | undefined {
    return this.entries[0]?.item;
  }

  pop(): T | undefined {
    return this.entries.shift()?.item;
  }

  drain(): T[] {
    return this.entries.splice(0).map(({ item }) => item);
  }

  reprioritise(item: T, priority: number): boolean {
    if (Number.isNaN(priority)) throw new RangeError('a priority must be a number');
    const at = this.entries.findIndex((entry) => entry.item === item);
    if (at < 0) return false;
    this.entries.splice(at, 1);
    this.push(item, priority);
    return true;
  }
}
