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
    this.expire();
    return this.entries.size;
  }

  has(key: K): boolean {
    this.expire();
    return this.entries.has(key);
  }

  get(key: K): V | undefined {
    this.expire();
    const entry = this.entries.get(key);
    if (!entry) return undefined;
    this.entries.delete(key);
    this.entries.set(key, entry);
    return entry.value;
  }

  set(key: K, value: V): void {
    this.expire();
    this.entries.delete(key);
    if (this.capacity < 1) return;
    while (this.entries.size >= this.capacity) this.entries.delete(this.entries.keys().next().value!);
    this.entries.set(key, { value, until: this.now() + this.ttl });
  }

  expire(): void {
    const now = this.now();
    for (const [key, { until }] of this.entries) if (until <= now) this.entries.delete(key);
  }
}
