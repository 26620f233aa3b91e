import type { Instant } from '@exchequer/kernel';

/** When each account has something to do next by itself. */
export class DueTable {
  private readonly dueAt = new Map<string, Instant>();

  constructor(entries: Iterable<readonly [account: string, dueAt: Instant]> = []) {
    for (const [account, at] of entries) this.dueAt.set(account, at);
  }

  get size(): number {
    return this.dueAt.size;
  }

  of(account: string): Instant | undefined {
    return this.dueAt.get(account);
  }

  set(account: string, at: Instant | undefined): void {
    if (at === undefined) this.dueAt.delete(account);
    else this.dueAt.set(account, at);
  }

  /** The accounts that have something due by an instant, earliest first. */
  dueBy(at: Instant): readonly string[] {
    return [...this.dueAt]
      .filter(([, dueAt]) => dueAt <= at)
      .sort(([, a], [, b]) => a - b)
      .map(([account]) => account);
  }

  /** The next accounts and their instants, earliest first, for people. */
  next(most: number): readonly { readonly account: string; readonly dueAt: Instant }[] {
    return Array.from(this.dueAt, ([account, dueAt]) => ({ account, dueAt }))
      .sort((a, b) => a.dueAt - b.dueAt)
      .slice(0, most);
  }

  entries(): readonly (readonly [string, Instant])[] {
    return [...this.dueAt];
  }
}
