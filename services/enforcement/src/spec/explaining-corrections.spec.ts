import { beforeEach, describe, expect, it } from '@jest/globals';
import { createCalendar } from '@exchequer/calendar';
import type {
  AuthorizationReply,
  CorrectionReply,
  OpenSessionReply,
  SettlementReply,
  UsageExplainReply,
} from '@exchequer/contracts';
import type { Share } from '@exchequer/account';
import { amount, currencyId, DAY_MS, formatAmount, HOUR_MS, START_OF_TIME } from '@exchequer/kernel';
import { NO_HASH, openEntry, sealEntry, type CommandRecord, type Ledger, type StoredFact } from '@exchequer/ledger';
import { parseDecimal, type RateCardContent } from '@exchequer/rating';
import { Catalogue, loadReplica } from '@exchequer/replica';
import { advanceMethod } from '../methods/advance.js';
import { authorizeMethod } from '../methods/authorize.js';
import { captureMethod } from '../methods/capture.js';
import { configureMethod } from '../methods/configure.js';
import { correctMethod } from '../methods/correct.js';
import { grantMethod } from '../methods/fund.js';
import { outcomeMethod } from '../methods/outcome.js';
import { recordMethod } from '../methods/record.js';
import { openSessionMethod } from '../methods/sessions.js';
import { amountsOf, debtOf } from '../edge/wire.js';
import { Explainer } from '../queries/explain.js';
import { findCorrections } from '../queries/find-corrections.js';
import { OfficeOfEachTest } from './office-of-each-test.js';
import { openWithTickets, RULE, TICKET } from './tickets.js';

const office = new OfficeOfEachTest();

/** A pool of 5 promotional and 10 planned credits; tickets are charged by their outcome. */
beforeEach(async () => {
  await openWithTickets(office, [{ id: 'project/chat' }]);
  await grant('g1', '5', { layer: 'promotional' });
  await grant('g2', '10', { layer: 'plan' });
});

const usd = (amount: string) => ({ usd: amount });
const grant = (id: string, amount: string, more: object = {}) =>
  office.must(grantMethod, 'acme', { id, node: 'org', amount, currency: 'usd', ...more });
const configure = (id: string, more: object) => office.must(configureMethod, 'acme', { id, ...more });
const used = (id: string, body: object) =>
  office.must<SettlementReply>(recordMethod, 'acme', {
    ...{ id: `r-${id}`, payer: 'project/chat', ...body },
    usage: { source: 'app', id, contentHash: 'h'.repeat(22) },
  });
const correct = (id: string, of: string, to: object) =>
  office.must<CorrectionReply>(correctMethod, 'acme', { id, of, ...to });
const usage = (id: string) => ({ usage: { source: 'app', id } });

async function explained(body: object, ledger = office.ledger): Promise<UsageExplainReply> {
  const reply = await new Explainer(ledger, createCalendar()).explain('acme', body);
  if (!('settlement' in reply)) throw new Error(JSON.stringify(reply));
  return reply;
}

/** What the account itself says that a corrected charge comes to. */
async function standing(of: string): Promise<object> {
  const { state } = await loadReplica(office.ledger, 'account-acme');
  const { amounts, owing, uncollected, paid } = state.corrected.get(of)!;
  return {
    amounts: amountsOf(amounts),
    ...(owing.length > 0 && { owed: amountsOf(debtOf(owing)) }),
    ...(uncollected.length > 0 && { uncollected: amountsOf(uncollected) }),
    sources: [
      ...[...new Set(paid.map(({ lot }) => lot))].map((lot) => ({
        ...{ lot, amount: sumFrom(lot, paid), currency: 'usd' },
        ...{ node: state.lots.get(lot)?.node.id, layer: state.lots.get(lot)?.grant.layer },
      })),
      ...owing.map(({ node, currency, amount, surcharge }) => ({
        ...{ node, layer: 'overage', currency, amount: formatAmount(amount) },
        ...(surcharge !== undefined && { surcharge: formatAmount(surcharge) }),
      })),
    ],
  };
}

const sumFrom = (lot: string, paid: readonly Share[]): string =>
  formatAmount(amount(paid.filter((share) => share.lot === lot).reduce((sum, share) => sum + share.amount, 0n)));

const now = () => new Date(office.nowMs).toISOString();

describe('explaining usage that was corrected', () => {
  it('says beside what was answered then who gave back what, when, why and where to, and what it costs now', async () => {
    const settlement = await used('u-1', { amounts: usd('12') });
    office.nowMs += HOUR_MS;
    const refund = await correct('x1', settlement.position, { refund: usd('4'), reason: 'an outage' });
    const told = await explained(usage('u-1'));
    expect(told.settlement).toEqual(settlement);
    expect(told.corrections).toEqual([
      {
        ...{ actor: 'tester', reason: 'an outage', amounts: usd('8'), refunded: usd('4') },
        sources: [{ node: 'org', lot: 'l-2', layer: 'plan', currency: 'usd', amount: '4' }],
        ...{ decidedAt: now(), position: refund.position },
      },
    ]);
    expect(told.cost).toEqual(await standing(settlement.position));
    expect(told.cost).toMatchObject({ amounts: usd('8'), sources: [{ amount: '5' }, { amount: '3' }] });
  });

  it('tells each of several in their order, all counted in the cost, also those of one message', async () => {
    const { position: of } = await used('u-1', { amounts: usd('12') });
    const items = [
      { id: 'x1', of, refund: usd('1'), reason: 'late' },
      { id: 'x2', of, refund: usd('2') },
    ];
    await office.must(correctMethod, 'acme', { items });
    office.nowMs += HOUR_MS;
    await correct('x3', of, { amounts: usd('4') });
    const { corrections, cost } = await explained(usage('u-1'));
    expect(
      corrections?.map(({ amounts, refunded, reason, position }) => [
        amounts['usd'],
        refunded['usd'],
        reason,
        position,
      ]),
    ).toEqual([
      ['11', '1', 'late', 'account-acme@4.0'],
      ['9', '2', undefined, 'account-acme@4.1'],
      ['4', '5', undefined, 'account-acme@5.0'],
    ]);
    expect(cost).toEqual(await standing(of));
    expect(cost?.amounts).toEqual(usd('4'));
  });

  it('tells one upwards with the lots that paid more, also those that were granted since', async () => {
    const { position: of } = await used('u-1', { amounts: usd('14') });
    await grant('g3', '7');
    await correct('x1', of, { amounts: usd('17') });
    const { corrections, cost } = await explained(usage('u-1'));
    expect(corrections).toMatchObject([
      { amounts: usd('17'), refunded: {}, charged: usd('3'), sources: [{ lot: 'l-2' }, { lot: 'l-3', amount: '2' }] },
    ]);
    expect(cost).toEqual(await standing(of));
    expect(cost?.sources).toMatchObject([{ lot: 'l-1' }, { lot: 'l-2', amount: '10' }, { lot: 'l-3', amount: '2' }]);
  });

  it('names each lot once of those that pay, though two corrections drew on it', async () => {
    const { position: of } = await used('u-1', { amounts: usd('4') });
    await correct('x1', of, { amounts: usd('6') });
    await correct('x2', of, { amounts: usd('9') });
    await correct('x3', of, { amounts: usd('10') });
    expect((await explained(usage('u-1'))).cost?.sources).toEqual([
      { node: 'org', lot: 'l-1', layer: 'promotional', currency: 'usd', amount: '5' },
      { node: 'org', lot: 'l-2', layer: 'plan', currency: 'usd', amount: '5' },
    ]);
  });

  it('tells one upwards that the reserve of a session paid, as its own reply did', async () => {
    const session = { id: 's1', payer: 'project/chat', amounts: usd('10'), lifeFor: 'PT1H' };
    const { session: payer } = await office.must<OpenSessionReply>(openSessionMethod, 'acme', session);
    const { position: of } = await used('u-1', { payer, amounts: usd('2') });
    const reply = await correct('x1', of, { amounts: usd('5') });
    const { corrections, cost } = await explained(usage('u-1'));
    expect(corrections).toMatchObject([{ charged: usd('3'), sources: reply.sources }]);
    expect(cost).toEqual(await standing(of));
  });

  it('says what is owed in addition, and what of it is owed no more, surcharges included', async () => {
    await configure('c2', {
      nodes: [{ id: 'org', outcomes: [RULE], overage: { usd: { limit: '20', rate: '1.25' } } }],
    });
    const { position: of } = await used('u-1', { amounts: usd('15') });
    await correct('x1', of, { amounts: usd('23') });
    await correct('x2', of, { refund: usd('5') });
    const { corrections, cost } = await explained(usage('u-1'));
    expect(corrections).toMatchObject([
      { charged: usd('8'), owed: usd('10') },
      { refunded: usd('5'), forgiven: usd('6.25'), sources: [{ layer: 'overage', amount: '5', surcharge: '1.25' }] },
    ]);
    expect(corrections?.[0]).not.toHaveProperty('forgiven');
    expect(corrections?.[1]).not.toHaveProperty('owed');
    expect(cost).toEqual(await standing(of));
    expect(cost).toMatchObject({ amounts: usd('18'), owed: usd('3.75') });
  });

  it('takes back what was written off before anything is given back', async () => {
    await configure('c2', { nodes: [{ id: 'org', outcomes: [RULE], captureBeyond: 'cap' }] });
    const asked = { id: 'a1', payer: 'project/chat', amounts: usd('10') };
    const { hold } = await office.must<AuthorizationReply>(authorizeMethod, 'acme', asked);
    const settled = { id: 's1', hold: hold?.id, amounts: usd('13') };
    const { position: of } = await office.must<SettlementReply>(captureMethod, 'acme', settled);
    await correct('x1', of, { amounts: usd('12') });
    const { settlement, corrections, cost } = await explained({ command: 's1' });
    expect(settlement).toMatchObject({ amounts: usd('13'), uncollected: usd('3') });
    expect(corrections).toMatchObject([{ amounts: usd('12'), refunded: {}, sources: [] }]);
    expect(cost).toEqual(await standing(of));
    expect(cost).toMatchObject({ amounts: usd('12'), uncollected: usd('2') });
  });

  it.each([
    ['breakage', { expired: 'breakage' }, { refunded: usd('13'), breakage: usd('2') }],
    ['a new lot with its grace', { expired: 'new-lot', graceMs: 60_000 }, { refunded: usd('15') }],
  ])('says what became of a lot that has expired since: %s', async (_name, refunds, expected) => {
    const expiresAt = new Date(office.nowMs + 5_000).toISOString();
    await configure('c2', { nodes: [{ id: 'org', outcomes: [RULE], refunds }] });
    await grant('g3', '2', { layer: 'free', expiresAt });
    const { position: of } = await used('u-1', { amounts: usd('15') });
    office.nowMs += 5_000;
    const { refunded, breakage, renewed, sources } = await correct('x1', of, { refund: usd('15') });
    const { corrections, cost } = await explained(usage('u-1'));
    expect(corrections?.[0]).toMatchObject({ ...expected, sources });
    expect({ refunded, breakage, renewed }).toMatchObject(expected);
    const { breakage: broken, renewed: again } = corrections![0]!;
    expect([broken, again]).toEqual([breakage, renewed]);
    expect(again?.map(({ amounts }) => amounts)).toEqual('graceMs' in refunds ? [usd('2')] : undefined);
    expect(cost).toEqual({ amounts: usd('0'), sources: [] });
  });

  it('shows no correction of another charge, though both were corrected in one entry', async () => {
    const { position: first } = await used('u-1', { amounts: usd('6') });
    const { position: second } = await used('u-2', { amounts: usd('6') });
    await used('u-3', { amounts: usd('1') });
    const items = [
      { id: 'x1', of: first, refund: usd('1') },
      { id: 'x2', of: second, refund: usd('2') },
    ];
    await office.must(correctMethod, 'acme', { items });
    const cost = async (id: string) => (await explained(usage(id))).cost?.amounts;
    expect([await cost('u-1'), await cost('u-2')]).toEqual([usd('5'), usd('4')]);
    expect((await explained(usage('u-2'))).corrections).toMatchObject([
      { refunded: usd('2'), position: 'account-acme@6.1' },
    ]);
    const untouched = await explained(usage('u-3'));
    expect(untouched).not.toHaveProperty('corrections');
    expect(untouched).not.toHaveProperty('cost');
  });

  it('takes nothing for a correction but what is one of this charge: no tag that reads like one, and none that changed nothing', async () => {
    const { position: of } = await used('u-1', { amounts: usd('6') });
    const { position: other } = await used('u-2', { amounts: usd('6'), tags: { of } });
    await correct('x1', other, { refund: usd('1') });
    await correct('x2', of, { amounts: usd('6') });
    expect(await explained(usage('u-1'))).not.toHaveProperty('corrections');
    expect((await explained(usage('u-2'))).corrections).toHaveLength(1);
  });
});

describe('explaining usage whose price came later', () => {
  const card: RateCardContent = {
    name: 'list',
    currency: currencyId('usd'),
    effectiveFrom: START_OF_TIME,
    models: new Map([
      [
        'nova-9',
        { prices: [{ meter: 'input_tokens', price: parseDecimal('3')!, tier: 'standard', aboveInputTokens: 0 }] },
      ],
    ]),
  };
  const use = { model: 'nova-9', meters: { input_tokens: 2 } };

  beforeEach(() => configure('c2', { unpriced: { meters: { input_tokens: { price: '2', currency: 'usd' } } } }));

  /** The price comes, and whatever waits for it is charged by it. */
  async function priceComes(): Promise<void> {
    await new Catalogue(office.ledger).publish(card, 'p-1', 'spec', office.nowMs);
    await office.catalogue.refresh();
    const isWaiting = async () => (await loadReplica(office.ledger, 'account-acme')).state.provisional.size > 0;
    for (let turn = 0; turn < 50 && (await isWaiting()); turn += 1) await new Promise((go) => setTimeout(go, 2));
  }

  it('says that it was charged at stated prices, and which card has priced it since', async () => {
    const settlement = await used('u-1', { use });
    expect(settlement).toMatchObject({ amounts: usd('4'), unpriced: true });
    office.nowMs += HOUR_MS;
    await priceComes();
    const told = await explained(usage('u-1'));
    expect(told.settlement).toEqual(settlement);
    expect(told.corrections).toMatchObject([
      {
        ...{ actor: 'exchequer', reason: 'its price has come', endsWaitForPrice: true },
        ...{ amounts: usd('6'), charged: usd('2'), card: expect.stringMatching(/^card-0-/), decidedAt: now() },
      },
    ]);
    expect(told.cost).toEqual(await standing(settlement.position));
    await correct('x1', settlement.position, { refund: usd('1') });
    const later = (await explained(usage('u-1'))).corrections?.[1];
    expect(later).toMatchObject({ actor: 'tester', refunded: usd('1') });
    for (const field of ['card', 'endsWaitForPrice', 'reason']) expect(later).not.toHaveProperty(field);
  });

  it('also after its cost had waited for an outcome', async () => {
    await used('u-1', { use, ...TICKET });
    await office.must(outcomeMethod, 'acme', { id: 'o1', taskId: TICKET.taskId, outcome: 'resolved' });
    await office.must(advanceMethod, 'acme', {});
    await priceComes();
    const { ended, corrections, cost } = await explained(usage('u-1'));
    expect(corrections).toMatchObject([{ endsWaitForPrice: true, charged: usd('2') }]);
    expect(cost).toEqual(await standing(ended?.position ?? ''));
  });
});

describe('explaining a charge that came at the end of a wait for an outcome', () => {
  const called = () => used('u-1', { amounts: usd('7'), ...TICKET });
  const tell = (outcome: string) => office.must(outcomeMethod, 'acme', { id: 'o1', taskId: TICKET.taskId, outcome });

  it('tells its corrections, which name it by where the wait ended', async () => {
    const { position, hold } = await called();
    expect(await explained(usage('u-1'))).not.toHaveProperty('corrections');
    office.nowMs += HOUR_MS;
    await tell('resolved');
    await office.must(advanceMethod, 'acme', {});
    const { of } = await correct('x1', position, { refund: usd('3') });
    expect(of).not.toBe(position);
    for (const named of [usage('u-1'), { hold }]) {
      const { settlement, ended, corrections, cost } = await explained(named);
      expect(settlement).toMatchObject({ outcome: 'awaiting', amounts: usd('7'), position });
      expect(ended).toMatchObject({ charged: usd('7'), position: of });
      expect(corrections).toMatchObject([{ amounts: usd('4'), refunded: usd('3') }]);
      expect(cost).toEqual(await standing(of));
    }
  });

  it('has none where the cost went back', async () => {
    await called();
    await tell('dropped');
    await office.must(advanceMethod, 'acme', {});
    const { ended, ...told } = await explained(usage('u-1'));
    expect(ended).toMatchObject({ charged: {}, returned: usd('7') });
    expect(told).not.toHaveProperty('cost');
  });
});

describe('looking for the corrections of a charge', () => {
  /** The ledger, and the entries that are read from it in stretches with an end. */
  function watched(): { readonly ledger: Ledger; readonly seen: Set<number> } {
    const seen = new Set<number>();
    const inner = office.ledger;
    const ledger: Ledger = {
      append: (...given) => inner.append(...given),
      async *read(stream, from, most) {
        for await (const entry of inner.read(stream, from, most)) {
          if (most !== undefined && most > 1 && most < Number.POSITIVE_INFINITY) seen.add(entry.revision);
          yield entry;
        }
      },
      follow: (...given) => inner.follow(...given),
      head: (stream) => inner.head(stream),
      saveSnapshot: (...given) => inner.saveSnapshot(...given),
      loadSnapshot: (stream) => inner.loadSnapshot(stream),
      close: () => inner.close(),
    };
    return { ledger, seen };
  }

  async function stored(stream: string, revision: number): Promise<readonly CommandRecord[]> {
    for await (const { bytes } of office.ledger.read(stream, revision, 1))
      return openEntry(stream, revision, bytes).commands;
    return [];
  }

  it('ends 35 days after its booking: a correction is refused from then on, and no later entry is read', async () => {
    const bookedAt = office.nowMs;
    const { position: of } = await used('u-1', { amounts: usd('6') });
    office.nowMs += 35 * DAY_MS - 1;
    await correct('x1', of, { refund: usd('1') });
    office.nowMs += 1;
    const tooLate = await office.ask(correctMethod, 'acme', { id: 'x2', of, refund: usd('1') });
    expect(tooLate.problem?.message).toContain('more than 35 days ago');
    for (const id of ['g5', 'g6', 'g7', 'g8']) await grant(id, '1');
    const { ledger, seen } = watched();
    expect(await findCorrections(ledger, 'acme', { of, revision: 3, bookedAt })).toHaveLength(1);
    // The charge, its correction, and the first grant after the 35 days.
    expect([...seen]).toEqual([3, 4, 5]);
    const { corrections: told, cost } = await explained(usage('u-1'));
    expect([told?.length, cost?.amounts]).toEqual([1, usd('5')]);
  });

  it('counts the 35 days of what had waited from the end of its wait, however late that was written down', async () => {
    await configure('c2', { nodes: [{ id: 'org', outcomes: [{ ...RULE, otherwise: 'charge' }] }] });
    await used('u-1', { amounts: usd('6'), ...TICKET });
    const endsAt = office.nowMs + RULE.withinMs;
    office.nowMs = endsAt + 35 * DAY_MS;
    await office.must(advanceMethod, 'acme', {});
    for (const id of ['g5', 'g6']) await grant(id, '1');
    const { ledger, seen } = watched();
    const { ended, ...told } = await explained(usage('u-1'), ledger);
    expect(ended).toMatchObject({ at: new Date(endsAt).toISOString(), charged: usd('6') });
    expect(told).not.toHaveProperty('corrections');
    expect([...seen]).toEqual([]);
  });

  it('finds one whose command spans two entries, in either of them, once; and none that was begun and never took effect', async () => {
    const { position: of } = await used('u-1', { amounts: usd('6') });
    await correct('x1', of, { refund: usd('1') });
    const [command] = await stored('account-acme', 4);
    const [fact] = command!.facts;
    const other = { type: 'NothingChanged', of };
    const at = office.nowMs;
    /** A stream with the command in two parts; where it is broken off another command follows its first part. */
    const placesIn = async (account: string, facts: readonly StoredFact[], brokenOff = false) => {
      const parts = facts.map((one) => ({ ...command!, facts: [one] }));
      const first = sealEntry(NO_HASH, { at, commands: [parts[0]!], continues: true });
      const next = brokenOff
        ? { commands: [{ ...parts[1]!, id: 'x9' }] }
        : { resumes: true as const, commands: [parts[1]!] };
      await office.ledger.append(`account-${account}`, -1, [first, sealEntry(first.hash, { at, ...next })]);
      const found = await findCorrections(office.ledger, account, { of, revision: 0, bookedAt: at });
      return found.map(({ position, revision }) => [position, revision]);
    };
    expect(await placesIn('one', [fact!, other])).toEqual([['account-one@0.0', 1]]);
    expect(await placesIn('two', [other, fact!])).toEqual([['account-two@1.0', 1]]);
    expect(await placesIn('both', [fact!, fact!])).toEqual([
      ['account-both@0.0', 1],
      ['account-both@1.0', 1],
    ]);
    expect(await placesIn('none', [fact!, other], true)).toEqual([]);
  });
});
