import type { App, Delivery, Installation, Repository, User } from '../store/rows.ts';

/** Something that happened: what webhooks tell, and what workflows start on. */
export interface GitHubEvent {
  readonly event: string;
  readonly action: string | null;
  readonly repo: Repository;
  /** The account that caused it. */
  readonly sender: User;
  /** The App that acted, where one did. Events of the Actions token start no workflows. */
  readonly by: App | null;
  /** Event-specific part; `action`, `repository`, `sender` and `installation` are added. */
  readonly payload: Readonly<Record<string, unknown>>;
  /** Limits the webhook to these Apps, e.g. a check suite to the App it belongs to. */
  readonly only?: readonly number[];
}

export type Listener = (event: GitHubEvent, payload: Readonly<Record<string, unknown>>) => void;

/** Where things that happen are told. */
export interface EventSink {
  readonly deliverer: { redeliver(app: App, delivery: Delivery): void };
  on(listener: Listener): void;
  /** Tells an App of its new installation. */
  installed(app: App, installation: Installation): void;
  emit(event: GitHubEvent): void;
}
