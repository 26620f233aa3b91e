import type { Operation } from './operation.js';

export const LIMIT = 12;

type Hold = 'open' | 'voided' | 'ended';

/** One pool and one limit, as a person would keep them on paper. Knows nothing of the engine. */
export interface Paper {
  readonly available: number;
  readonly spent: number;
  readonly holds: Readonly<Record<string, { readonly is: Hold; readonly amount: number }>>;
}

export const BLANK: Paper = { available: 0, spent: 0, holds: {} };

export const keyOf = ({ available, spent, holds }: Paper): string =>
  `${String(available)} ${String(spent)} ${Object.entries(holds)
    .map(([id, { is, amount }]) => `${id}:${is}${String(amount)}`)
    .sort()
    .join(' ')}`;

const heldIn = ({ holds }: Paper): number =>
  Object.values(holds).reduce((sum, { is, amount }) => sum + (is === 'open' ? amount : 0), 0);

/** What an operation answers and leaves. */
export function apply(paper: Paper, { id, kind, amount, of = '' }: Operation): { answer: string; after: Paper } {
  const { available, spent, holds } = paper;
  const held = heldIn(paper);
  const hold = holds[of];
  const withHold = (name: string, is: Hold, of: number) => ({ ...holds, [name]: { is, amount: of } });
  switch (kind) {
    case 'grant':
      return { answer: 'granted', after: { ...paper, available: available + amount } };
    case 'balance':
      return { answer: `${String(available)} ${String(held)} ${String(spent)}`, after: paper };
    case 'authorize': {
      if (spent + held + amount > LIMIT) return { answer: 'LimitReached', after: paper };
      if (amount > available) return { answer: 'InsufficientCredits', after: paper };
      const after = { spent, available: available - amount, holds: withHold(id, 'open', amount) };
      return { answer: 'allowed', after };
    }
    case 'void':
      if (hold?.is !== 'open') return { answer: 'HoldAlreadyEnded', after: paper };
      return {
        answer: 'voided',
        after: { spent, available: available + hold.amount, holds: withHold(of, 'voided', hold.amount) },
      };
    case 'capture': {
      if (hold === undefined || hold.is === 'ended') return { answer: 'HoldAlreadyEnded', after: paper };
      const free = hold.is === 'open' ? available + hold.amount : available;
      const after = { spent: spent + amount, available: Math.max(free - amount, 0), holds: withHold(of, 'ended', 0) };
      return { answer: hold.is === 'open' ? 'captured' : 'drawn', after };
    }
  }
}
