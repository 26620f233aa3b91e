import { amount } from '@exchequer/kernel';
import { authorize, call, grant, open, START, transfer, USD, type Bookkeeper } from './bookkeeper.js';

/** Grants, a transfer, holds with every end, draws, overage, and usage without a price. */
export async function writeBusyHour(books: Bookkeeper): Promise<void> {
  await books.write(START, [
    open(books.account),
    grant('org', 1_000n),
    grant('org', 50n, USD, { layer: 'promotional', expiresAt: START + 30_000 }),
  ]);
  await books.write(START, [transfer('org', 'project/chat', 200n)]);
  const first = await books.hold(START + 1_000, authorize(100n));
  const second = await books.hold(START + 2_000, authorize(40n));
  await books.hold(START + 3_000, authorize(30n));
  await books.write(START + 4_000, [
    {
      type: 'capture',
      hold: first.hold,
      lines: [{ meter: 'output_tokens', currency: USD, amount: amount(70n) }],
      particulars: { model: 'gpt-4o', meters: { output_tokens: 7 } },
    },
    call({ id: 'u-1', cost: 25n, nodes: ['user/ada'], more: { tags: { team: 'a' } } }),
  ]);
  await books.write(START + 40_000, [
    { type: 'void', hold: second.hold },
    call({ id: 'u-2', cost: 60n, input: 3, output: 4 }),
  ]);
  await books.write(START + 70_000, [
    call({ id: 'u-3', cost: 0n, unpriced: 'no price of dall-e' }),
    call({ id: 'u-4', cost: 5_000n, usedAt: START - 60_000 }),
  ]);
}

/** Refunds and corrections of that hour: to lots that are there and that have expired, of what is owed, and in addition. */
export async function writeCorrections(books: Bookkeeper): Promise<void> {
  const usd = (nanoUnits: bigint) => ({ currency: USD, amount: amount(nanoUnits) });
  await books.write(START + 7_200_000, [
    books.correction('u-1', { refund: [usd(10n)] }),
    books.correction('u-4', { refund: [usd(4_500n)] }),
    call({ id: 'u-5', cost: 30n, provisional: 'no price of sora' }),
    call({ id: 'u-6', cost: 40n, provisional: 'no price of sora' }),
    call({ id: 'u-8', cost: 1n, market: 20n }),
    call({ id: 'u-9', cost: 0n, market: 30n }),
    call({ id: 'u-7', cost: 50n, provisional: 'no price of sora' }),
  ]);
  await books.write(START + 7_300_000, [
    books.correction(
      'u-2',
      { lines: [{ meter: 'output_tokens', ...usd(30n) }] },
      { particulars: { meters: { output_tokens: '2.5', images: 1 }, card: 'other' } },
    ),
    books.correction('u-1', { lines: [usd(40n)] }),
    books.correction(
      'u-8',
      { lines: [usd(2n)] },
      { market: [usd(40n)], particulars: { meters: { input_tokens: 20 } } },
    ),
    books.correction('u-9', { lines: [] }, { market: [usd(60n)] }),
    books.correction('u-5', { lines: [usd(20n)] }, { particulars: { card: 'late' } }),
    books.correction('u-6', { lines: [usd(50n)] }, { particulars: { meters: { input_tokens: 9, images: 1 } } }),
  ]);
}
