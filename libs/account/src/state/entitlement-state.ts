import type { Entitlements, NameRule } from '../facts.js';
import { NamePatterns } from '../tree/name-patterns.js';

/** What one node says of the names of one kind. */
export class NameRuleState {
  private readonly allow: NamePatterns | undefined;
  private readonly deny: NamePatterns | undefined;

  constructor(readonly stated: NameRule) {
    this.allow = stated.allow && new NamePatterns(stated.allow);
    this.deny = stated.deny && new NamePatterns(stated.deny);
  }

  /** A list of what is allowed speaks of every name; a list of what is denied of those that it names. */
  says(name: string): 'allowed' | 'denied' | 'nothing' {
    if (this.deny?.has(name) === true) return 'denied';
    if (this.allow === undefined) return 'nothing';
    return this.allow.has(name) ? 'allowed' : 'denied';
  }
}

/** Which models and features may be used at a node and under it. */
export class EntitlementState {
  readonly models: NameRuleState | undefined;
  readonly features: NameRuleState | undefined;

  constructor(readonly stated: Entitlements) {
    this.models = stated.models && new NameRuleState(stated.models);
    this.features = stated.features && new NameRuleState(stated.features);
  }
}
