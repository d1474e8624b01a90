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
    const at = this.entries.findIndex((entry) => entry.priority <= priority);
    this.entries.splice(at < 0 ? this.entries.length : at, 0, { item, priority });
  }

  peek(): T | undefined {
    return this.entries[0]?.item;
  }

  pop(): T {
    return this.entries.shift()!.item;
  }
}
