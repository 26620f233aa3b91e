import {
  authorizeMethod,
  balanceMethod,
  captureMethod,
  configureMethod,
  correctMethod,
  endSessionMethod,
  extendMethod,
  grantMethod,
  openSessionMethod,
  outcomeMethod,
  pauseMethod,
  recordMethod,
  resumeMethod,
  transferMethod,
  voidMethod,
  type Method,
} from '@exchequer/service-enforcement/inside';
import type { PriceBook } from '@exchequer/rating';
import type { SeededRandom } from '@exchequer/testing';
import { LEARNED, someChange } from './policies.js';
import { MODELS } from './price-list.js';
import { someEstimatedUse, someUsageEvent, someUse } from './some-use.js';

/** What a client asks of an account: sent again with the same body until it is known what became of it. */
export interface Request {
  readonly method: Method;
  readonly body: Body & { readonly items?: readonly Body[] };
}

/** What of a body matters to who sends it. */
export interface Body {
  readonly id?: string;
  readonly amounts?: object;
  readonly time?: string;
  readonly use?: {
    readonly model?: string;
    readonly meters: Readonly<Record<string, number | { readonly max: number }>>;
  };
  /** Set where `meter` has looked for a price. */
  readonly usage?: { readonly source: string; readonly id: string; readonly contentHash: string };
  readonly priced?: object;
  readonly unpriced?: string | object;
}

/** Under which id the ledger has what a body asks for; empty where it only asks. */
export const recordedAs = ({ id = '', usage }: Body): string =>
  usage === undefined ? id : `${String(usage.source.length)}:${usage.source}:${usage.id}`;

/** A hold, and what it is for. */
export interface KnownHold {
  readonly id: string;
  readonly model: string | undefined;
}

/** What a client has heard of and may speak of. */
export interface Known {
  readonly account: string;
  readonly holds: readonly KnownHold[];
  readonly sessions: readonly string[];
  /** Where the ledger has charges. */
  readonly charges: readonly string[];
  /** As those know them who put prices on usage events. */
  readonly prices: PriceBook;
}

const NODES = ['org', 'team/a', 'team/b', 'user/x', 'project/default'] as const;
const HOLD_FOR = ['PT1S', 'PT10S', 'PT30S', 'PT10M'] as const;
const LIFE_FOR = ['PT1S', 'PT5S', 'PT30S', 'PT1H'] as const;

/** Anything that a client may ask. Small amounts and few nodes, so that requests get into each other's way. */
export function someRequest(random: SeededRandom, id: string, nowMs: number, known: Known): Request {
  const amounts = () => ({ usd: String(random.integer(0, 9)) });
  const node = (): string => random.pick(NODES);
  const payer = (): string => (random.chance(0.3) ? newestOf(random, known.sessions, node()) : node());
  const { id: hold, model = random.pick(MODELS) } = newestOf(random, known.holds, { id: 'h-1-1', model: undefined });
  const asked = random.integer(0, 110);
  const request = (method: Method, body: object): Request => ({ method, body: { id, ...body } });
  if (asked < 34)
    return request(authorizeMethod, {
      payer: payer(),
      nodes: random.chance(0.3) ? [node()] : [],
      ...someCost(random, amounts),
      accept: random.pick(['full', 'partial']),
      holdFor: random.pick(HOLD_FOR),
      ...someTags(random),
      ...someKey(random),
      ...someTask(random),
      ...someMark(random),
    });
  if (asked < 58) {
    const cost = random.pick([{}, { amounts: amounts() }, { use: someUse(random, model) }]);
    return request(captureMethod, { hold, ...cost, ...someOutcome(random, 0.05) });
  }
  if (asked < 63) return request(voidMethod, { hold });
  if (asked < 67) return request(extendMethod, { hold, holdFor: random.pick(HOLD_FOR) });
  if (asked < 76) {
    const time = new Date(nowMs - random.pick([0, 500, 90_000])).toISOString();
    if (random.chance(0.3)) {
      const event = { payer: payer(), time, ...(random.chance(0.3) && { hold }) };
      return { method: recordMethod, body: someUsageEvent(random, id, event, known.prices, model) };
    }
    return request(recordMethod, {
      payer: payer(),
      ...(random.chance(0.4) ? { amounts: amounts() } : { use: someUse(random) }),
      ...(random.chance(0.5) && { time }),
      ...someKey(random),
      ...someTask(random),
      ...someMark(random),
      ...someOutcome(random, 0.1),
    });
  }
  if (asked < 84) return request(grantMethod, { node: node(), currency: 'usd', ...someGrant(random, nowMs) });
  if (asked < 88)
    return request(transferMethod, { from: node(), to: node(), amount: String(random.integer(1, 6)), currency: 'usd' });
  if (asked < 93) return request(configureMethod, someChange(random, known.account, nowMs));
  if (asked < 95) return somePause(random, request);
  if (asked < 105) return someRunOrRefund(random, known, amounts, request);
  if (asked < 108) return request(outcomeMethod, { taskId: random.pick(TASKS), ...someOutcome(random, 1) });
  return { method: balanceMethod, body: { node: payer() } as Request['body'] };
}

/** What a call may cost: stated, or by what it will use; now and then by whom something is known of. */
function someCost(random: SeededRandom, amounts: () => object): object {
  if (random.chance(0.4)) return { amounts: amounts() };
  if (random.chance(0.7)) return { use: someEstimatedUse(random) };
  return { payer: LEARNED.payer, use: someEstimatedUse(random, LEARNED.model) };
}

const TASKS = ['t-1', 't-2', 't-3'] as const;

const someTask = (random: SeededRandom) =>
  random.chance(0.3) ? { taskType: 'ticket', taskId: random.pick(TASKS) } : {};

const someOutcome = (random: SeededRandom, chance: number) =>
  random.chance(chance) ? { outcome: random.pick(['done', 'dropped']) } : {};

const someMark = (random: SeededRandom) => (random.chance(0.3) ? { critical: true } : {});

const someKey = (random: SeededRandom) => (random.chance(0.25) ? { credentialType: 'own-key' } : {});

type Make = (method: Method, body: object) => Request;

/** Mostly one of the last: of those before, the most have ended. */
function newestOf<Item>(random: SeededRandom, all: readonly Item[], otherwise: Item): Item {
  const some = random.chance(0.7) ? all.slice(-2) : all;
  return some.length > 0 ? random.pick(some) : otherwise;
}

const someTags = (random: SeededRandom) =>
  random.chance(0.4) ? { tags: { feature: random.pick(['chat', 'images']) } } : {};

const somePause = (random: SeededRandom, request: Make): Request =>
  random.chance(0.33)
    ? request(pauseMethod, { node: random.pick(NODES.slice(1)), ...(random.chance(0.3) && { below: true }) })
    : request(resumeMethod, { node: random.pick(NODES.slice(1)) });

/** Sessions begin, inside others too, and end; charges are made good. */
function someRunOrRefund(
  random: SeededRandom,
  { sessions, charges }: Known,
  amounts: () => object,
  request: Make,
): Request {
  const kind = random.integer(0, 10);
  if (kind < 4)
    return request(openSessionMethod, {
      payer: random.pick(NODES),
      ...(random.chance(0.4) && sessions.length > 0 && { session: newestOf(random, sessions, '') }),
      amounts: { usd: String(random.integer(1, 15)) },
      lifeFor: random.pick(LIFE_FOR),
      accept: random.pick(['full', 'partial']),
    });
  if (kind < 6) return request(endSessionMethod, { session: newestOf(random, sessions, 'session/s-1') });
  const of = newestOf(random, charges, 'account-one@1.0');
  return request(correctMethod, {
    of,
    ...random.pick([
      { refund: { usd: String(random.integer(0, 4)) } },
      { refund: { usd: String(random.integer(0, 4)) } },
      { amounts: amounts() },
      { use: { meters: someUse(random).meters } },
    ]),
  });
}

const someGrant = (random: SeededRandom, nowMs: number) => {
  const amount = String(random.integer(1, 30));
  return {
    amount,
    layer: random.pick(['free', 'promotional', 'purchased']),
    ...(random.chance(0.3) && { paid: { amount, currency: 'usd' } }),
    ...(random.chance(0.5) && {
      expiresAt: new Date(nowMs + random.pick([400, 3_000, 60_400, 61_000, 95_000])).toISOString(),
    }),
  };
};
