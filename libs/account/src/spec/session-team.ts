import { units, type NodeId } from '@exchequer/kernel';
import { Book, configure, every, grant, limit, node, only, openSession, t, under } from './book.js';
import type { OpenSession } from '../commands.js';

/** A team with lots of 5 and 20, nothing above it, and a daily limit of 30. */
export function team(policy: Parameters<typeof node>[1] = {}): Book {
  const book = new Book();
  book.must(
    t(0),
    configure(
      node('org'),
      under('org', 'team', { limits: [limit('daily', 30n, every('day'))], ...policy }),
      under('team', 'agent/a', { pooling: 'parent' }),
    ),
  );
  book.must(t(0), grant('team', 5n, { layer: 'promotional', expiresAt: t(50) }));
  book.must(t(0), grant('team', 20n));
  return book;
}

export const open = (book: Book, at: number, payer: string, amount: bigint, more: Partial<OpenSession> = {}): NodeId =>
  only(book.must(at, openSession(payer, amount, more)), 'SessionOpened').session;

export const share = (lot: string, amount: bigint) => ({ lot, amount: units(amount) });
export const held = (book: Book, name = 'daily') => book.limit('team', name).held;
export const used = (book: Book, name = 'daily') => book.limit('team', name).counters.at(-1)?.used ?? 0n;
