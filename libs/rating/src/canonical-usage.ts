import type { Instant } from '@exchequer/kernel';
import { formatDecimal } from './decimal.js';
import { toCoreMeters } from './open-telemetry.js';
import { quantityDecimal, type Quantities, type Quantity, type Use } from './use.js';

/** What a usage event says, without what names and carries it (source, id, account, envelope). */
export interface UsageContent extends Use {
  /** When it was used, as the event says. Absent when it does not: the instant of acceptance is no part of what was said. */
  readonly time?: Instant | undefined;
  readonly payer?: string | undefined;
  readonly nodes?: readonly string[] | undefined;
  readonly hold?: string | undefined;
  readonly provider?: string | undefined;
  readonly tags?: Readonly<Record<string, string>> | undefined;
  readonly taskType?: string | undefined;
  readonly taskId?: string | undefined;
  readonly outcome?: string | undefined;
  readonly credentialType?: string | undefined;
  readonly critical?: boolean | undefined;
}

/**
 * A text that two usage contents share exactly when they mean the same, to be hashed: a repeat under the same source and id
 * changes nothing, another content is a conflict.
 *
 * Neither the order of keys nor that of nodes means anything, nor whether a node is named twice, a quantity is 12, "12" or
 * "12.0", a meter with quantity 0 is named, the tier `standard` is spelled out, or tokens are told by OpenTelemetry's names.
 *
 * @throws RangeError for a quantity that is none (negative, not finite); edges refuse those.
 */
export function canonicalUsage(content: UsageContent): string {
  const { serviceTier, nodes = [], tags = {} } = content;
  // Absent fields leave no trace, so that a field added one day leaves the texts of events without it as they are.
  return JSON.stringify({
    credentialType: content.credentialType,
    critical: content.critical === true ? true : undefined,
    hold: content.hold,
    meters: canonicalMeters(content.meters),
    model: content.model,
    nodes: someOf(Array.from(new Set(nodes)).sort()),
    outcome: content.outcome,
    payer: content.payer,
    provider: content.provider,
    serviceTier: serviceTier === 'standard' ? undefined : serviceTier,
    tags: someOf(inOrder(Object.entries(tags))),
    taskId: content.taskId,
    taskType: content.taskType,
    time: content.time,
  });
}

function canonicalMeters(meters: Quantities): readonly (readonly [string, string])[] {
  const core = toCoreMeters(meters);
  // Counts that contradict each other have no meaning that could be shared; they are the same only as they stand.
  const used = Object.entries(core.kind === 'meters' ? core.meters : meters).map(
    ([meter, quantity]): [string, string] => [meter, canonicalQuantity(meter, quantity)],
  );
  return inOrder(used.filter(([, quantity]) => quantity !== '0'));
}

const canonicalQuantity = (meter: string, quantity: Quantity): string =>
  formatDecimal(quantityDecimal(meter, quantity));

/** Pairs by their first text, in order of code units: the same on every machine. */
const inOrder = (pairs: [string, string][]): readonly (readonly [string, string])[] =>
  pairs.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));

const someOf = <Item>(items: readonly Item[]): readonly Item[] | undefined => (items.length === 0 ? undefined : items);
