export class Cache<K, V> {
  constructor(capacity: number, ttl: number, now: () => number) {}
}
