/** What the App does that takes time: a delivery kept, a delivery worked on, a tick of a run, a step of a tick, a request to GitHub, a write to the store. */
export type Activity = 'receive' | 'delivery' | 'tick' | 'step' | 'github' | 'store';

/** What is known of an activity, by name. Values may be many: whoever counts by them has to choose. */
export type Attributes = Readonly<Record<string, string | number>>;

/** What a run's journal has just come to. */
export interface Recorded {
  readonly repository: string;
  readonly run: string;
  /** Jobs that were ordered, that ended with a result, and attempts that ended without. */
  readonly ordered: number;
  readonly done: number;
  readonly lost: number;
  /** Jobs in flight now. */
  readonly inFlight: number;
  /** US dollars that were charged, >= 0. */
  readonly costUSD: number;
}

/** Levels that are read now and then: of GitHub's budget of requests, by installation, and of content writes in the last hour, by account. */
export type Level = 'requests.remaining' | 'requests.limit' | 'writes.hour';

/** What watches the App at work. Nothing depends on what it does, and nothing waits for it. */
export interface Observer {
  /** Does something while watching it; `note` adds what becomes known meanwhile. Gives or throws what `act` does. */
  span<T>(
    activity: Activity,
    attributes: Attributes,
    act: (note: (more: Attributes) => void) => Promise<T>,
  ): Promise<T>;
  recorded(what: Recorded): void;
  level(level: Level, of: string, value: number): void;
}

export const NOBODY: Observer = {
  span: (_activity, _attributes, act) => act(() => {}),
  recorded() {},
  level() {},
};

/** Several as one: the first sees an activity from outside of the others. */
export function together(observers: readonly Observer[]): Observer {
  return observers.reduceRight<Observer>(
    (inner, outer) => ({
      span: (activity, attributes, act) =>
        outer.span(activity, attributes, (note) =>
          inner.span(activity, attributes, (also) =>
            act((more) => {
              note(more);
              also(more);
            }),
          ),
        ),
      recorded(what) {
        outer.recorded(what);
        inner.recorded(what);
      },
      level(level, of, value) {
        outer.level(level, of, value);
        inner.level(level, of, value);
      },
    }),
    NOBODY,
  );
}
