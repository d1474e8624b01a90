export class Cache<K, V> {
  entries = new Map<K, { value: V; until: number }>();
  capacity: number;
  ttl: number;
  now: () => number;

  constructor(capacity: number, ttl: number, now: () => number) {
    this.capacity = capacity;
    this.ttl = ttl;
    this.now = now;
  }

  get size(): number {
    return this.entries.size;
  }

  has(key: K): boolean {
    const entry = this.entries.get(key);
    return entry !== undefined && entry.until > this.now();
  }

  get(key: K): V | undefined {
    const entry = this.entries.get(key);
    if (!entry) return undefined;
    this.entries.delete(key);
    if (entry.until <= this.now()) return undefined;
    this.entries.set(key, entry);
    return entry.value;
  }

  set(key: K, value: V): void {
    this.entries.delete(key);
    this.entries.set(key, { value, until: this.now() + this.ttl });
    if (this.entries.size > this.capacity) this.entries.delete(this.entries.keys().next().value!);
  }
}
