import {
  authorizeMethod,
  balanceMethod,
  captureMethod,
  configureMethod,
  extendMethod,
  grantMethod,
  pauseMethod,
  recordMethod,
  resumeMethod,
  transferMethod,
  voidMethod,
  type Method,
} from '@exchequer/service-enforcement/inside';
import type { SeededRandom } from '@exchequer/testing';

/** What a client asks of an account: sent again with the same body until it is known what became of it. */
export interface Request {
  readonly method: Method;
  readonly body: { readonly id?: string };
}

const NODES = ['org', 'team/a', 'team/b', 'user/x', 'project/default'] as const;
const HOLD_FOR = ['PT1S', 'PT2S', 'PT30S', 'PT10M'] as const;
const WINDOWS = [
  { kind: 'lifetime' },
  { kind: 'rolling', lengthMs: 60_000 },
  { kind: 'calendar', unit: 'minute', zone: 'UTC', anchor: '2001-01-01T00:00' },
] as const;

/** Opens an account: two teams, one of which takes all from the pool, a person, and limits on the way. */
export const opening = (id: string): Request => ({
  method: configureMethod,
  body: {
    id,
    currencies: { usd: { display: 2 } },
    nodes: [
      {
        id: 'org',
        kind: 'organization',
        limits: [{ name: 'all', amount: '400', currency: 'usd', window: WINDOWS[0] }],
      },
      { id: 'team/a', limits: [{ name: 'roll', amount: '25', currency: 'usd', window: WINDOWS[1] }] },
      { id: 'team/b', pooling: 'parent', overage: { usd: '3' } },
      { id: 'user/x', parent: 'team/a', captureBeyond: 'cap' },
    ],
  } as Request['body'],
});

/** Anything that a client may ask. Small amounts and few nodes, so that requests get into each other's way. */
export function someRequest(random: SeededRandom, id: string, nowMs: number, holds: readonly string[]): Request {
  const amounts = () => ({ usd: String(random.integer(0, 9)) });
  const node = (): string => random.pick(NODES);
  const hold = holds.length > 0 ? random.pick(holds) : 'h-1-1';
  const asked = random.integer(0, 100);
  const request = (method: Method, body: object): Request => ({ method, body: { id, ...body } });
  if (asked < 38)
    return request(authorizeMethod, {
      payer: node(),
      nodes: random.chance(0.3) ? [node()] : [],
      amounts: amounts(),
      accept: random.pick(['full', 'partial']),
      holdFor: random.pick(HOLD_FOR),
    });
  if (asked < 58) return request(captureMethod, { hold, ...(random.chance(0.6) && { amounts: amounts() }) });
  if (asked < 63) return request(voidMethod, { hold });
  if (asked < 67) return request(extendMethod, { hold, holdFor: random.pick(HOLD_FOR) });
  if (asked < 76) {
    const time = new Date(nowMs - random.pick([0, 500, 90_000])).toISOString();
    return request(recordMethod, { payer: node(), amounts: amounts(), ...(random.chance(0.5) && { time }) });
  }
  if (asked < 84) return request(grantMethod, { node: node(), currency: 'usd', ...someGrant(random, nowMs) });
  if (asked < 88)
    return request(transferMethod, { from: node(), to: node(), amount: String(random.integer(1, 6)), currency: 'usd' });
  if (asked < 93) return request(configureMethod, someChange(random, nowMs));
  if (asked < 95)
    return request(random.pick([pauseMethod, resumeMethod, resumeMethod]), { node: random.pick(NODES.slice(1)) });
  return { method: balanceMethod, body: { node: node() } as Request['body'] };
}

const someGrant = (random: SeededRandom, nowMs: number) => ({
  amount: String(random.integer(1, 30)),
  layer: random.pick(['free', 'promotional', 'purchased']),
  ...(random.chance(0.5) && { expiresAt: new Date(nowMs + random.pick([400, 3_000, 60_000])).toISOString() }),
});

const someLimit = (random: SeededRandom) => ({
  name: 'roll',
  amount: random.chance(0.1) ? 'unlimited' : String(random.integer(0, 30)),
  currency: 'usd',
  window: random.pick(WINDOWS),
});

/** Another form of a node, and at times of the role that some have. */
const someChange = (random: SeededRandom, nowMs: number): object => ({
  nodes: [someNode(random, nowMs)],
  ...(random.chance(0.4) && { roles: { power: { limits: [someLimit(random)] } } }),
});

const someNode = (random: SeededRandom, nowMs: number): object => ({
  id: random.pick(['team/a', 'team/b', 'user/x']),
  pooling: random.pick(['own', 'own-then-parent', 'parent']),
  ...(random.chance(0.6) && { limits: [someLimit(random)] }),
  ...(random.chance(0.3) && { overage: { usd: String(random.integer(0, 5)) } }),
  ...(random.chance(0.3) && { roles: ['power'] }),
  ...(random.chance(0.3) && { precedence: random.pick(['nearest', 'most-permissive', 'most-restrictive']) }),
  ...(random.chance(0.3) && { overrides: [someOverride(random, nowMs)] }),
  ...(random.chance(0.1) && { observe: true }),
});

const someOverride = (random: SeededRandom, nowMs: number) => ({
  limit: 'roll',
  amount: String(random.integer(0, 40)),
  currency: 'usd',
  until: new Date(nowMs + random.pick([200, 3_000, 60_000])).toISOString(),
});
