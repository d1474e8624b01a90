/** What went to one host, or did not. */
interface Traffic {
  connections: number;
  /** Bytes sent to it, and had from it. */
  sent: number;
  received: number;
  /** Why it was refused or not reached; null for what was let through. */
  readonly why: string | null;
}

/** Hosts that are told apart; the rest is counted together. */
const MOST_KEPT = 50;
const MOST_TOLD = 8;

/** What a container's connections came to, each host by how often and how much. */
export class TrafficLog {
  readonly #byHost = new Map<string, Traffic>();
  #more = 0;

  /** A connection to a place, by its untrusted name, with the reason where it was refused or failed. */
  add(place: string, why: string | null = null): Traffic {
    const shown = place.replace(/[^\w.:*-]/g, '?').slice(0, 120);
    const key = `${shown} ${why ?? ''}`;
    const known = this.#byHost.get(key) ?? { connections: 0, sent: 0, received: 0, why };
    known.connections++;
    if (this.#byHost.has(key) || this.#byHost.size < MOST_KEPT) this.#byHost.set(key, known);
    else this.#more++;
    return known;
  }

  /** In words; empty where nobody asked for anything. */
  said(): string {
    const all = [...this.#byHost].map(([key, traffic]) => ({ ...traffic, place: key.split(' ')[0]! }));
    const times = (connections: number) => (connections === 1 ? '' : ` (${connections} times)`);
    const told = (list: readonly string[]) =>
      `${list.slice(0, MOST_TOLD).join(', ')}${list.length > MOST_TOLD ? ` and ${list.length - MOST_TOLD} more` : ''}`;
    const reached = all
      .filter(({ why }) => why === null)
      .map(
        ({ place, connections, sent, received }) =>
          `${place}${times(connections)}, ${sent} bytes sent and ${received} received`,
      );
    const refused = all
      .filter(({ why }) => why !== null)
      .map(({ place, connections, why }) => `${place}${times(connections)}: ${why}`);
    return [
      ...(reached.length > 0 ? [`It reached ${told(reached)}.`] : []),
      ...(refused.length > 0 ? [`It did not reach ${told(refused)}.`] : []),
      ...(this.#more > 0 ? [`It asked for other hosts ${this.#more} times more.`] : []),
    ].join(' ');
  }
}
