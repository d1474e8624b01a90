/** What one account may use of a server that many share; null for no limit. */
export interface AccountLimits {
  /** Jobs in flight at once, over all its repositories. */
  readonly jobs: number | null;
  /** Runs that are not over at once. */
  readonly runs: number | null;
  /** US dollars that runs begun or extended in a calendar month (UTC) may spend. */
  readonly monthlyUSD: number | null;
}

/** Limits by default, and what differs for accounts, by login in lower case. */
export interface LimitSettings {
  readonly default: AccountLimits;
  readonly accounts: Readonly<Record<string, Partial<AccountLimits>>>;
}

export const NO_LIMITS: AccountLimits = { jobs: null, runs: null, monthlyUSD: null };

export function limitsOf(settings: LimitSettings | undefined, account: string): AccountLimits {
  if (settings === undefined) return NO_LIMITS;
  const name = account.toLowerCase();
  return { ...settings.default, ...(Object.hasOwn(settings.accounts, name) ? settings.accounts[name] : {}) };
}

/** Whether one more may begin, with so many there are. */
export function hasRoom(limit: number | null, used: number): boolean {
  return limit === null || used < limit;
}

/** What a run may spend where an account has spent so much: its own limit, or what is left of the month's where that is less. */
export function allowedUSD(monthlyUSD: number | null, spentUSD: number, own: number | null): number | null {
  if (monthlyUSD === null) return own;
  const left = Math.max(0, Math.floor((monthlyUSD - spentUSD) * 100 + 1e-6) / 100);
  return own === null ? left : Math.min(own, left);
}
