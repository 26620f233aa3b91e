import type { Configure } from '../../commands.js';
import type { Fact } from '../../facts.js';
import type { PlainAccount } from './plain-account.js';
import { fact, told } from './plain-decision.js';
import type { Planned } from './plain-tree.js';

interface Paused {
  readonly node: string;
  readonly by: object;
  readonly until: number;
}

/**
 * The pauses that follow from crossed thresholds. The one that lasts longest stands, of equal ones the first. What is merely
 * observed is not paused.
 *
 * @param plan the tree as a command wants it, where one does.
 */
export function pausesBy(
  account: PlainAccount,
  facts: readonly Fact[],
  plan?: { readonly nodes: readonly Planned[]; readonly command: Configure },
): readonly Fact[] {
  let planned: readonly Paused[] = [];
  for (const one of facts) {
    if (one.type !== 'ThresholdCrossed' || one.pauses === undefined) continue;
    const { below, resumesAt: until = Infinity } = one.pauses;
    for (const node of [one.node, ...(below === true ? stayBelow(account, one.node, plan) : [])]) {
      const paused = account.counted.nodes.find(({ id }) => id === node && isPausedNow(account, id));
      const present = planned.find((other) => other.node === node)?.until ?? paused?.pausedUntil ?? -Infinity;
      if (until <= present || isObservedIn(account, node, plan)) continue;
      const made = { node, by: { limit: one.limit, ...(node !== one.node && { node: one.node }) }, until };
      planned = planned.some((other) => other.node === node)
        ? planned.map((other) => (other.node === node ? made : other))
        : [...planned, made];
    }
  }
  return planned.map(({ node, by, until }) =>
    fact({ type: 'NodePaused', node, by, ...told({ resumesAt: until === Infinity ? undefined : until }) }),
  );
}

const isPausedNow = (account: PlainAccount, id: string): boolean => account.counted.node(id).paused;

type Plan = Parameters<typeof pausesBy>[2];

function isObservedIn(account: PlainAccount, id: string, plan: Plan): boolean {
  if (plan === undefined) return account.isObserved(id);
  const { parent } = plan.nodes.find((one) => one.id === id) ?? {};
  const stated = plan.command.nodes.find(({ node }) => node === id);
  const before = account.counted.nodes.some((one) => one.id === id && one.observe);
  const observe = stated === undefined ? before : stated.observe === true;
  return observe || (parent !== undefined && isObservedIn(account, parent, plan));
}

/** What stands below a node, and stays there; sessions not. */
function stayBelow(account: PlainAccount, id: string, plan: Plan): readonly string[] {
  const stays = (child: string): boolean =>
    plan === undefined ||
    (plan.nodes.some((one) => one.id === child && one.parent === id) &&
      !plan.command.archive.some((one) => one === child));
  return account.counted.nodes
    .filter((one) => one.parent === id && !account.isSession(one.id) && stays(one.id))
    .map((one) => one.id)
    .sort()
    .filter((child) => !account.node(child).archived)
    .flatMap((child) => [child, ...stayBelow(account, child, plan)]);
}
