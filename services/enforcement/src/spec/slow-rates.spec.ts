import { beforeEach, describe, expect, it } from '@jest/globals';
import { createCalendar } from '@exchequer/calendar';
import type { AuthorizationReply, LimitBody, RateBody } from '@exchequer/contracts';
import { authorizeMethod } from '../methods/authorize.js';
import { configureMethod } from '../methods/configure.js';
import { grantMethod } from '../methods/fund.js';
import { Explainer } from '../queries/explain.js';
import { quoteMethod } from '../queries/quote.js';
import { Office } from './office.js';
import { OfficeOfEachTest } from './office-of-each-test.js';

/** Ten seconds into a minute. */
const START = Date.UTC(2026, 10, 21, 10, 0, 10);
const MINUTE = 60_000;

const office = new OfficeOfEachTest();
let ids = 0;

beforeEach(() => {
  office.nowMs = START;
});

const id = (): string => `i${String((ids += 1))}`;

const per = (count: number, period: 'minute' | 'hour' = 'minute'): RateBody => ({ requests: { count, per: period } });
const TWO_SLOW: RateBody = { ...per(2), then: 'slow', slowMs: 2 * MINUTE };

async function configure(rates: readonly RateBody[], more: object = {}): Promise<void> {
  await office.must(configureMethod, 'acme', {
    id: id(),
    currencies: { usd: { display: 2 } },
    nodes: [
      { id: 'org', kind: 'organization' },
      { id: 'team', rates, ...more },
    ],
  });
}

async function open(rates: readonly RateBody[], more: object = {}): Promise<void> {
  await configure(rates, more);
  await office.must(grantMethod, 'acme', { id: id(), node: 'org', amount: '1000', currency: 'usd' });
}

const call = (more: object = {}) => ({ id: id(), payer: 'team', amounts: { usd: '1' }, ...more });

/** So many calls at once: the delay of each that passes, and when to try again in brackets for the others. */
async function delays(count: number, at: Pick<Office, 'must'> = office): Promise<readonly (number | string)[]> {
  const { items } = await at.must<{ items: AuthorizationReply[] }>(authorizeMethod, 'acme', {
    items: Array.from({ length: count }, () => call()),
  });
  return items.map(({ code, retryAfterMs }) =>
    code === undefined ? (retryAfterMs ?? 0) : `${code} (${String(retryAfterMs)})`,
  );
}

describe('a rate that slows down', () => {
  it('lets pass what has room in a minute to come, counts it there, and refuses what would wait too long', async () => {
    await open([TWO_SLOW]);
    expect(await delays(7)).toEqual([0, 0, 50_000, 50_000, 110_000, 110_000, 'RateLimited (50000)']);
    office.nowMs += MINUTE;
    expect(await delays(3)).toEqual([110_000, 110_000, 'RateLimited (50000)']);
    office.nowMs = START + 4 * MINUTE;
    expect(await delays(3)).toEqual([0, 0, 50_000]);
  });

  it('says how long to wait and for whom, and why a call is refused', async () => {
    await open([{ ...per(1), then: 'slow', slowMs: MINUTE }]);
    await delays(1);
    const throttled = {
      decision: 'throttled',
      retryAfterMs: 50_000,
      delayedBy: { node: 'team', rate: 'requests/minute' },
      message: 'Wait 50 s before the call: the rate requests/minute of team slows it down.',
    };
    expect(await office.must(quoteMethod, 'acme', call())).toMatchObject(throttled);
    expect(await office.must(authorizeMethod, 'acme', call())).toMatchObject(throttled);
    expect(await office.must(authorizeMethod, 'acme', call())).toMatchObject({
      decision: 'denied',
      message:
        'team lets 1 request pass in a minute (requests/minute), and this call is beyond that; it would have to wait longer than 1 min; try again in 50 s.',
    });
  });

  it('waits a minute at most where the policy states nothing, and never for a call that alone is more', async () => {
    await open([{ ...per(1), then: 'slow' }]);
    expect(await delays(3)).toEqual([0, 50_000, 'RateLimited (50000)']);
    await configure([{ ...per(0), then: 'slow' }]);
    expect(await delays(1)).toEqual(['RateLimited (null)']);
  });

  it('finds a time that suits all that slow down, and there the others still refuse', async () => {
    await open([
      { ...per(2), then: 'slow', slowMs: 2 * MINUTE },
      { ...per(1, 'hour'), then: 'slow', slowMs: 3_600_000 },
    ]);
    expect(await delays(2)).toEqual([0, 3_590_000]);
    await configure([TWO_SLOW, per(3, 'hour')]);
    office.nowMs = START + 3_600_000;
    expect(await delays(3)).toEqual([0, 50_000, 'RateLimited (3590000)']);
  });

  it('asks when the call will run, where a limit has it wait', async () => {
    const throttle = { fromShare: '0', delayMaxMs: 3_000_000 };
    const limit: LimitBody = {
      ...{ name: 'soft', amount: '100', currency: 'usd', window: { kind: 'lifetime' }, mode: 'throttle', throttle },
    };
    await open([{ ...per(1), then: 'slow', slowMs: 10 * MINUTE }], { limits: [limit] });
    office.nowMs += 25_000;
    // The limit asks for 30 s more with each call: for 10:01:05, 10:01:35 and 10:02:05, the last two of which are taken.
    expect(await delays(3)).toEqual([30_000, 85_000, 145_000]);
  });

  it('asks for nothing in observe mode, and is told', async () => {
    await open([{ ...per(1), then: 'slow' }], { observe: true });
    await delays(1);
    expect(await office.must(authorizeMethod, 'acme', call())).toMatchObject({
      decision: 'allowed',
      observed: [{ code: 'RateLimited', node: 'team', rate: 'requests/minute' }],
    });
  });

  it('lets no burst through after a restart: who waits is still counted when his minute comes', async () => {
    await open([TWO_SLOW]);
    await delays(5);
    office.nowMs += 51_000;
    await office.must(grantMethod, 'acme', { id: id(), node: 'org', amount: '1', currency: 'usd' });
    const other = new Office(office.ledger);
    other.nowMs = START + MINUTE;
    expect(await delays(3, other)).toEqual([50_000, 110_000, 110_000]);
    await other.close();
  });

  it('is explained as it was', async () => {
    await open([TWO_SLOW]);
    await delays(3);
    const reply = await office.must<AuthorizationReply>(authorizeMethod, 'acme', call({ explain: 'full' }));
    await delays(4);
    office.nowMs += 10 * MINUTE;
    await configure([]);
    const explained = await new Explainer(office.ledger, createCalendar()).explain('acme', { hold: reply.hold?.id });
    expect(explained).toMatchObject({ decision: reply });
  });

  it('is refused with a longest delay that it has no use for', async () => {
    const body = { id: id(), nodes: [{ id: 'org', rates: [{ ...per(1), slowMs: 5 }] }] };
    const { problem } = await office.ask(configureMethod, 'acme', body);
    expect(problem?.message).toContain('takes a longest delay only with then: slow');
  });
});
