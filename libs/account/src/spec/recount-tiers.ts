import type { Money } from '../bag.js';
import type { Fact, Tier } from '../facts.js';

/** The tiers that an account should have come to, by what was paid for its grants and by its age. */
export class CountedTiers {
  private readonly paid: Money[] = [];
  private ladder: readonly Tier[] = [];
  private openedAt = 0;
  private now = 0;
  reached: string | undefined;

  /** Notes a fact; says where an account came to a tier that it had not earned, or that is not above its own. */
  *count(fact: Fact, at: number): Iterable<string> {
    this.now = at;
    if (fact.type === 'AccountOpened') this.openedAt = at;
    if (fact.type === 'CreditsGranted' && fact.paid !== undefined) this.paid.push(fact.paid);
    if (fact.type === 'TiersSet') {
      this.ladder = fact.tiers;
      if (fact.tiers.length === 0) this.reached = undefined;
      else if (this.reached !== undefined && this.rank(this.reached) < 0) yield `the tier ${this.reached} is gone`;
    }
    if (fact.type !== 'TierAdvanced') return;
    const tier = this.ladder.find(({ name }) => name === fact.tier);
    if (tier === undefined || !this.isEarned(tier, fact.at) || fact.at > at) yield `${fact.tier} was not earned`;
    if (this.rank(fact.tier) <= this.rank(this.reached)) yield `${fact.tier} is not above ${String(this.reached)}`;
    this.reached = fact.tier;
  }

  /** Tiers above its own that the account has earned by now. */
  *missed(): Iterable<string> {
    for (const tier of this.ladder.slice(this.rank(this.reached) + 1))
      if (this.isEarned(tier, this.now)) yield `the account is in ${String(this.reached)} and has earned ${tier.name}`;
  }

  private rank(name: string | undefined): number {
    return this.ladder.findIndex((tier) => tier.name === name);
  }

  private isEarned({ paid, ageMs = 0 }: Tier, at: number): boolean {
    const sum = this.paid
      .filter(({ currency }) => currency === paid?.currency)
      .reduce((total, { amount }) => total + amount, 0n);
    return (paid === undefined || sum >= paid.amount) && at - this.openedAt >= ageMs;
  }
}
