import { units } from '@exchequer/kernel';
import type { Bag } from '../bag.js';
import type { Correct } from '../commands.js';
import type { ChargeCorrected } from '../facts.js';
import { Book, configure, CREDIT, credits, every, grant, limit, node, only, record, t, under } from './book.js';

export const back = (whole: bigint): Correct['to'] => ({ refund: [{ currency: CREDIT, amount: units(whole) }] });
export const really = (whole: bigint, meter?: string): Correct['to'] => ({ lines: [credits(whole, meter)] });
export const share = (lot: string, whole: bigint) => ({ lot, amount: units(whole) });
export const bag = (whole: bigint): Bag => [{ currency: CREDIT, amount: units(whole) }];

/** Promotional 5 until t(100) (l-1), plan 10 (l-2) at the team under an organization that counts a hundred a day. */
export function spent(whole: bigint, policy: Parameters<typeof node>[1] = {}): Book {
  const book = new Book();
  book.must(
    t(0),
    configure(
      node('org', { limits: [limit('daily', 100n, every('day'))] }),
      under('org', 'team', { overage: [{ currency: CREDIT, amount: units(3n) }], ...policy }),
    ),
  );
  book.must(t(0), grant('team', 5n, { layer: 'promotional', expiresAt: t(100) }));
  book.must(t(0), grant('team', 10n, { layer: 'plan' }));
  book.must(t(1), record('team', whole));
  return book;
}

/** Corrects the newest charge. */
export function corrected(book: Book, at: number, to: Correct['to'], more: Partial<Correct> = {}): ChargeCorrected {
  const place = book.charges().at(-1) ?? 0;
  return only(book.must(at, book.correction(place, to, more)), 'ChargeCorrected');
}
