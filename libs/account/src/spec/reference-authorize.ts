import type { Authorize } from '../commands.js';
import type { PoolRuleName } from '../facts.js';
import { speaksOf } from './recount-cost.js';
import { stillCounts } from './recount-windows.js';
import { referenceOthers } from './reference-others.js';
import { isObservedOn, referenceEntitlement } from './reference-permission.js';
import { ReferencePools, type Source } from './reference-pools.js';
import { toyCalendar } from './toy-calendar.js';
import type {
  StoredGrant,
  StoredLimit,
  StoredLot,
  StoredNode,
  StoredSession,
  StoredState,
} from '../stored/stored-state.js';

/** What a call may have, by the rules alone; what binds, and by how much. */
export type Answer =
  | {
      readonly is: 'refused';
      readonly code: string;
      readonly binding?: string;
      readonly others?: readonly string[];
      readonly bound?: Bound;
      /** What of the request would pass, where that is anything. */
      readonly wouldPass?: readonly string[];
    }
  | {
      readonly is: 'held';
      readonly amounts: readonly string[];
      readonly shares: readonly string[];
      readonly owed: readonly string[];
      /** What rules in observe mode would have refused. */
      readonly observed: readonly string[];
      readonly binding?: string;
      /** The model to use, and what asks for it in place of the one that was asked for. */
      readonly cheaper?: string;
      readonly bound?: Bound;
    };

/** An answer to one request, and what asks for a cheaper model where that is a refusal. */
export type Verdict = Answer & { readonly asking?: string };

interface Part {
  readonly currency: string;
  readonly amount: bigint;
  readonly meter?: string;
}

/** A part of the request that something lets pass, and what that is. */
export interface Bound {
  readonly part: bigint;
  readonly whole: bigint;
  readonly by: string;
  readonly isLimit: boolean;
  readonly asks?: string | undefined;
  /** The pool rule that withholds, where funds bind and one does. */
  readonly pool?: PoolRuleName | undefined;
}

/**
 * Answers a request from a stored state, as a person would with the rules in hand: walk up from every node, look at every
 * limit, then fill the amount from one lot after the other. Lists, no memory, nothing of the production code.
 */
export function referenceAuthorize(stored: StoredState, command: Authorize, at: number): Answer {
  const verdict = referenceVerdict(stored, command, at);
  return verdict.is === 'refused'
    ? referenceOthers(stored, command, verdict, (request) => referenceVerdict(stored, request, at))
    : verdict;
}

function referenceVerdict(stored: StoredState, command: Authorize, at: number): Verdict {
  const find = (id: string): StoredNode | undefined => stored.nodes.find((node) => node.id === id);
  const payer = command.payer ?? stored.opening?.defaultProject ?? '';
  for (const id of [payer, ...command.nodes]) {
    const node = find(id);
    const isEnded = stored.endedSessions.some((session) => session.id === id);
    if (node === undefined) return { is: 'refused', code: isEnded ? 'NodeArchived' : 'UnknownNode' };
    if (node.archived === true) return { is: 'refused', code: 'NodeArchived' };
  }
  const pathOf = (id: string): readonly StoredNode[] => {
    const node = find(id);
    return node === undefined ? [] : [node, ...pathOf(node.parent ?? '')];
  };
  const sessionAt = (id: string): StoredSession | undefined => stored.sessions.find((session) => session.id === id);
  const openers = (id: string): readonly string[] => stored.chains[sessionAt(id)?.chain ?? -1]?.members ?? [];
  const chain = [payer, ...command.nodes].flatMap((id) =>
    sessionAt(id) === undefined ? pathOf(id) : [id, ...openers(id)].flatMap((member) => find(member) ?? []),
  );
  const isObserved = (node: StoredNode): boolean => isObservedOn(pathOf(node.id));
  const paused = chain.filter((node) => node.paused !== undefined);
  if (!paused.every(isObserved)) return { is: 'refused', code: 'Paused' };
  const attributed = (id: string): readonly string[] => {
    const opened = stored.chains[sessionAt(id)?.chain ?? -1];
    if (opened === undefined) return [id];
    return [opened.payer, ...opened.nodes, ...(opened.openers ?? [])].filter((one) => sessionAt(one) === undefined);
  };
  const paths = [payer, ...command.nodes].flatMap(attributed).map((id) => pathOf(id));
  const denying = referenceEntitlement(paths, command.particulars);
  if (denying.enforced.length > 0) return { is: 'refused', code: 'NotEntitled' };
  const beyond = command.beyondRates ?? [];
  const refusing = beyond.filter(({ rate }) => rate.then !== 'spill');
  const stopping = refusing.filter(({ rate }) => !isObservedOn(pathOf(rate.node.id)));
  if (stopping.length > 0) {
    const asks = stopping.find(({ rate }) => rate.then === 'cheaper-model')?.rate;
    return { is: 'refused', code: 'RateLimited', ...(asks && { asking: `${asks.node.id} ${asks.name}` }) };
  }
  const rated = refusing.map(({ rate }) => `RateLimited ${rate.node.id} ${rate.name}`);
  const observed = new Set([...rated, ...denying.observed, ...paused.map((node) => `Paused ${node.id}`)]);
  const reserve = sessionAt(payer);
  const limits = stored.nodes
    .filter((node) => chain.includes(node))
    .sort((a, b) => pathOf(a.id).length - pathOf(b.id).length || (a.id < b.id ? -1 : 1))
    .flatMap((node) => node.limits.map((limit) => ({ node, limit })));
  const funding = reserve ?? fundingOf(pathOf(payer));
  const pools = (currency: string, concerns: (node: StoredNode) => boolean): ReferencePools =>
    new ReferencePools(stored, pathOf(payer), currency, at, concerns);
  const isEnforced = (node: StoredNode): boolean => !isObserved(node);
  const payable = (currency: string, concerns = isEnforced, wanted = 10n ** 60n): Payable => {
    const sources = sourcesOf(stored, funding, currency, at, command.particulars?.critical === true);
    return reserve === undefined ? pools(currency, concerns).leftOf(sources, wanted) : { sources };
  };
  const bounds: Bound[] = [];
  for (const { node, limit } of limits) {
    const isCounted =
      openers(payer).includes(node.id) &&
      limit.scope?.meters === undefined &&
      speaksOf(limit.scope, reserve?.particulars);
    if (isCounted || !speaksOf(limit.scope, command.particulars)) continue;
    const left = leftOf(limit, at);
    if (limit.conduct?.blocks !== undefined && left <= 0n) {
      if (isObserved(node)) observed.add(`LimitReached ${node.id} ${limit.name}`);
      else bounds.push({ part: 0n, whole: 1n, by: `${node.id} ${limit.name}`, isLimit: true });
    }
    if (limit.conduct?.mode === 'alert' || passesBeyond(limit)) continue;
    const whole = countedBy(limit, command.lines);
    const part = limit.scope?.layers === undefined ? left : beforeLayers(limit, payable(limit.currency).sources, left);
    if (isObserved(node)) {
      if (part !== 'all' && part < whole) observed.add(`LimitReached ${node.id} ${limit.name}`);
    } else if (whole > 0n && part !== 'all')
      bounds.push({ part, whole, by: `${node.id} ${limit.name}`, isLimit: true, asks: limit.conduct?.then });
  }
  const currencies = [...new Set(command.lines.map((line) => line.currency))];
  for (const currency of currencies) {
    const whole = sum(command.lines.filter((line) => line.currency === currency));
    const part = sum(payable(currency).sources);
    const { by = payer, rule: pool } = payable(currency, isEnforced, whole);
    if (whole > 0n) bounds.push({ part, whole, by: `${by} ${currency}`, isLimit: false, pool });
    const without = sum(payable(currency, () => false).sources);
    for (const node of pathOf(payer))
      if (isObserved(node) && reserve === undefined) {
        const capped = sum(payable(currency, (one) => one === node).sources);
        if (capped < without && capped < whole) observed.add(`InsufficientCredits ${node.id}`);
      }
  }
  const short = bounds.filter(({ part, whole }) => part < whole);
  const told = { observed: [...observed].sort() };
  if (short.length === 0) return { ...held(payable, command.lines, currencies), ...told };
  const least = short.reduce((a, b) => (b.part * a.whole < a.part * b.whole ? b : a));
  const parts = command.lines.some((line) => line.meter !== undefined)
    ? command.lines
    : currencies.map((currency) => ({
        currency,
        amount: sum(command.lines.filter((line) => line.currency === currency)),
      }));
  const scaled = parts.map((line) => ({ ...line, amount: (line.amount * least.part) / least.whole }));
  if (command.accept === 'partial' && scaled.some((line) => line.amount > 0n))
    return { ...held(payable, scaled, currencies), ...told, binding: least.by, bound: least };
  const reached = short.filter((bound) => bound.isLimit);
  const binding =
    reached.length === 0 ? least : reached.reduce((a, b) => (b.part * a.whole < a.part * b.whole ? b : a));
  const wouldPass = currencies.map(
    (currency) => `${currency} ${String(sum(scaled.filter((line) => line.currency === currency)))}`,
  );
  const asking = reached.find((bound) => bound.asks === 'cheaper-model')?.by;
  return {
    is: 'refused',
    code: reached.length > 0 ? 'LimitReached' : 'InsufficientCredits',
    ...(asking !== undefined && { asking }),
    binding: binding.by,
    bound: binding,
    ...(scaled.some((line) => line.amount > 0n) && { wouldPass }),
  };
}

const passesBeyond = ({ conduct }: StoredLimit): boolean => conduct?.then === 'spill' || conduct?.then === 'slow';

/** Nearest first: up to the first node of its own credits only, without those that take all from their pool. */
function fundingOf(path: readonly StoredNode[]): readonly StoredNode[] {
  const end = path.findIndex((node) => node.pooling === 'own');
  return path.slice(0, end + 1).filter((node) => node.pooling !== 'parent');
}

function countedBy({ currency, scope }: StoredLimit, lines: readonly Part[]): bigint {
  const meters = scope?.meters;
  return sum(
    lines.filter(
      (line) => line.currency === currency && (meters === undefined || meters.some((one) => one === line.meter)),
    ),
  );
}

/** Everything that could be drawn, unit by unit, before one unit too many would come from a layer that is counted. */
function beforeLayers({ scope }: StoredLimit, sources: readonly Source[], left: bigint): bigint | 'all' {
  let before = 0n;
  let counted = 0n;
  for (const { layer, amount } of sources) {
    const counts = scope?.layers?.some((one) => one === layer) === true;
    if (counts && counted + amount > left) return before + left - counted;
    if (counts) counted += amount;
    before += amount;
  }
  return 'all';
}

/** As much of the amount as the part of its window that is over, a head start included, is of the whole window. */
function releasedBy({ amount, pace, window }: StoredLimit, at: number): bigint {
  if (pace === undefined || window.kind !== 'calendar') return BigInt(amount);
  const { from, to } = toyCalendar.windowAt(window, at);
  const over = BigInt(Math.min(at + pace.aheadMs - from, to - from));
  return (BigInt(amount) * over) / BigInt(to - from);
}

function leftOf(stored: StoredLimit, at: number): bigint {
  const { amount, held: aside, counters, window } = stored;
  if (amount === 'unlimited') return 10n ** 60n;
  const isCounted = ([from, to]: StoredLimit['counters'][number]): boolean =>
    window.kind === 'sliding' ? stillCounts(window.lengthMs, from, at) : from <= at && at < to;
  const used = counters.filter(isCounted).reduce((sum, [, , part]) => sum + BigInt(part), 0n);
  const left = releasedBy(stored, at) - used - BigInt(aside);
  return left > 0n ? left : 0n;
}

type Funding = readonly StoredNode[] | StoredSession;

/** What may be paid, from where, and whose pool rule withholds most of what was wanted. */
interface Payable {
  readonly sources: readonly Source[];
  readonly by?: string;
  readonly rule?: PoolRuleName;
}

/** What is left of a reserve, share by share, then its overage. */
const layerOf = (stored: StoredState, id: string): string => {
  const grant = stored.lots.find((lot) => lot.id === id)?.grant;
  return stored.grants.find((one) => one.id === grant)?.layer ?? 'none';
};

const reserveOf = (stored: StoredState, { shares, owed }: StoredSession, currency: string) => [
  ...shares
    .filter(([id]) => {
      const grant = stored.lots.find((lot) => lot.id === id)?.grant;
      return stored.grants.some((one) => one.id === grant && one.currency === currency);
    })
    .map(([name, part]) => ({ name, node: '', layer: layerOf(stored, name), amount: BigInt(part) })),
  ...owed
    .filter(([, of]) => of === currency)
    .map(([node, of, part, more = '0']) => ({
      name: `${node} ${of}`,
      node,
      layer: 'overage',
      amount: BigInt(part),
      // As much of the surcharge that was set aside as the cost is of its whole, rounded up.
      surcharge: (cost: bigint) => (BigInt(more) * cost + BigInt(part) - 1n) / BigInt(part),
    })),
];

/** Everything that could pay, in the order in which it would: lots of each node, then overage of each node. */
function sourcesOf(
  stored: StoredState,
  funding: Funding,
  currency: string,
  at: number,
  isCritical: boolean,
): readonly Source[] {
  if ('reserve' in funding) return reserveOf(stored, funding, currency);
  const lots = funding.flatMap((node) =>
    stored.lots
      .map((lot) => ({ lot, grant: stored.grants.find((grant) => grant.id === lot.grant) }))
      .filter(({ lot, grant }) => lot.node === node.id && grant?.currency === currency && grant.startsAt <= at)
      .sort(
        (a, b) =>
          (a.grant?.priority ?? 0) - (b.grant?.priority ?? 0) ||
          endOf(a) - endOf(b) ||
          (a.grant?.grantedAt ?? 0) - (b.grant?.grantedAt ?? 0) ||
          a.lot.order - b.lot.order,
      )
      .map(({ lot, grant }) => ({
        name: lot.id,
        node: node.id,
        layer: grant?.layer ?? '',
        amount: BigInt(lot.balances[0]),
      })),
  );
  const overage = funding.map((node) => {
    const [, limit = '0', owed = '0', aside = '0', terms] = node.purses.find(([of]) => of === currency) ?? [];
    const left = BigInt(limit) - BigInt(owed) - BigInt(aside);
    const isOpen = left > 0n && (terms?.for === undefined || isCritical);
    // In thousandths, which is all that rates of these histories have.
    const rate = BigInt(Math.round(Number(terms?.rate ?? '1') * 1_000));
    return {
      name: `${node.id} ${currency}`,
      node: node.id,
      layer: 'overage',
      amount: isOpen ? (left * 1_000n) / rate : 0n,
      surcharge: (cost: bigint) => (cost * rate + 999n) / 1_000n - cost,
    };
  });
  return [...lots, ...overage];
}

/** A lot ends with its grant, but for what was given back after that. */
const endOf = ({ lot, grant }: { readonly lot: StoredLot; readonly grant: StoredGrant | undefined }): number =>
  lot.expiresAt ?? grant?.expiresAt ?? 0;

function held(
  payable: (currency: string) => Payable,
  lines: readonly Part[],
  currencies: readonly string[],
): Omit<Answer & { is: 'held' }, 'observed'> {
  const amounts: string[] = [];
  const shares: string[] = [];
  const owed: string[] = [];
  for (const currency of currencies) {
    let missing = sum(lines.filter((line) => line.currency === currency));
    amounts.push(`${currency} ${String(missing)}`);
    for (const { name, layer, amount, surcharge } of payable(currency).sources) {
      const taken = missing < amount ? missing : amount;
      const more = taken > 0n ? (surcharge?.(taken) ?? 0n) : 0n;
      if (taken > 0n && layer !== 'overage') shares.push(`${name} ${String(taken)}`);
      else if (taken > 0n) owed.push(`${name} ${String(taken)}${more > 0n ? ` ${String(more)}` : ''}`);
      missing -= taken;
    }
    if (missing > 0n) throw new Error('the reference gave what it does not have');
  }
  return { is: 'held', amounts, shares, owed };
}

const sum = (parts: readonly { readonly amount: bigint }[]): bigint =>
  parts.reduce((total, part) => total + part.amount, 0n);
