import type { Authorize, Capture, Configure, Grant, HoldPlaced, NodePolicy, RecordUsage } from '@exchequer/account';
import { accountId, currencyId, DAY_MS, limitName, nodeId, units, type HoldId } from '@exchequer/kernel';
import type { Scribe } from './scribe.js';

export const CREDIT = currencyId('credit');
const ACTION = currencyId('action');

/** Saturday 21 November 2026, 10:00. */
export const MORNING = Date.UTC(2026, 10, 21, 10);
export const at = (seconds: number): number => MORNING + seconds * 1_000;

const credits = (whole: bigint, currency = CREDIT) => ({ currency, amount: units(whole) });
const node = (id: string, more: Partial<NodePolicy> = {}): NodePolicy => ({
  node: nodeId(id),
  limits: [],
  overage: [],
  ...more,
});

const policy: Configure = {
  type: 'configure',
  account: accountId('acme'),
  currencies: [CREDIT, ACTION].map((currency) => ({ currency, display: 0 })),
  nodes: [
    node('org', {
      overage: [credits(5n)],
      limits: [{ name: limitName('weekly'), ...credits(70n), window: { kind: 'rolling', lengthMs: 7 * DAY_MS } }],
    }),
    node('user/ada', { parent: nodeId('org'), pooling: 'parent' }),
  ],
  archive: [],
};

const grant = (whole: bigint, more: Partial<Grant> = {}): Grant => ({
  type: 'grant',
  node: nodeId('org'),
  ...credits(whole),
  layer: 'purchased',
  ...more,
});

export const authorize = (whole: bigint, more: Partial<Authorize> = {}): Authorize => ({
  type: 'authorize',
  payer: nodeId('user/ada'),
  nodes: [],
  lines: [credits(whole)],
  accept: 'full',
  holdForMs: 60_000,
  ...more,
});

const capture = (hold: HoldId, whole: bigint): Capture => ({ type: 'capture', hold, lines: [credits(whole)] });

const record = (whole: bigint, hold?: HoldId): RecordUsage => ({
  type: 'record',
  payer: nodeId('user/ada'),
  nodes: [],
  lines: [credits(whole)],
  ...(hold !== undefined && { hold }),
});

export async function hold(scribe: Scribe, seconds: number, whole: bigint): Promise<HoldId> {
  const facts = await scribe.must(at(seconds), authorize(whole));
  const placed = facts.find((fact): fact is HoldPlaced => fact.type === 'HoldPlaced');
  if (placed === undefined) throw new Error('no hold was placed');
  return placed.hold;
}

/** One account through what the worked examples do, one after the other: its whole life in 23 entries. */
export async function playWorkedExamples(scribe: Scribe): Promise<void> {
  await scribe.must(at(0), policy);
  await scribe.must(at(0), grant(5n, { layer: 'promotional', expiresAt: Date.UTC(2026, 11, 1) }));
  await scribe.must(at(0), grant(10n, { layer: 'plan', expiresAt: Date.UTC(2026, 11, 31) }));
  await scribe.must(at(0), grant(20n));
  // W1, then W3: 12 drawn, 10 held and 7 of them captured, and one more on the same hold.
  await scribe.must(at(1), record(12n));
  const captured = await hold(scribe, 2, 10n);
  await scribe.must(at(3), capture(captured, 7n));
  await scribe.must(at(4), record(1n, captured));
  // W5: 10 expire at 65, and their usage of 6 comes at 80.
  const late = await hold(scribe, 5, 10n);
  await scribe.must(at(80), record(6n, late));
  // W4: 13 where 10 were held: what is left, then overage.
  await scribe.must(at(90), capture(await hold(scribe, 81, 8n), 13n));
  // W6: 2 of 5 captured after their lot has ended.
  await scribe.must(at(100), grant(5n, { layer: 'promotional', expiresAt: at(150) }));
  const held = await hold(scribe, 101, 5n);
  await scribe.must(at(102), { type: 'extend', hold: held, holdForMs: 600_000 });
  await scribe.must(at(155), capture(held, 2n));
  // W12: one currency is short, so nothing is taken in either, and nothing is written.
  await scribe.must(at(160), grant(1n, { currency: ACTION }));
  await scribe.do(at(161), authorize(0n, { lines: [credits(1n, ACTION), credits(40n)] }));
  // One hold stays open, one is given back.
  await scribe.must(at(170), grant(9n, { layer: 'free' }));
  await scribe.must(at(172), { type: 'void', hold: await hold(scribe, 171, 2n) });
  await hold(scribe, 173, 3n);
}
