import {
  totalOf,
  type AccountState,
  type Authorize,
  type BeyondRate,
  type Candidate,
  type Line,
  type RatesVerdict,
  type RateState,
} from '@exchequer/account';
import type { RefusalContext } from '@exchequer/contracts';
import { amount, currencyId, nodeId } from '@exchequer/kernel';

type PricedLines = NonNullable<RefusalContext['candidates']>[number]['lines'];
type StoredVerdict = Pick<RefusalContext, 'beyond' | 'slowed'>;

/** What a command was decided with that is neither in the request nor in the ledger. */
export const contextOf = ({
  provisional,
  market,
  candidates,
  particulars: asked,
  ...verdict
}: Authorize): RefusalContext => ({
  ...(asked?.card !== undefined && { card: asked.card }),
  ...(provisional !== undefined && { provisional }),
  ...(market !== undefined && { market: storedLines(market) }),
  ...storedVerdict(verdict),
  ...(candidates !== undefined && {
    candidates: candidates.map(({ particulars, lines, ...judged }) => ({
      model: particulars.model ?? '',
      lines: storedLines(lines),
      ...storedVerdict(judged),
    })),
  }),
});

/** The command again as it was decided, on the account as it stood. */
export const withContext = (state: AccountState, command: Authorize, context: RefusalContext): Authorize => ({
  ...command,
  ...(context.provisional !== undefined && { provisional: context.provisional }),
  ...(context.market !== undefined && { market: totalOf(context.market.map(lineOf)) }),
  ...verdictIn(state, context),
  ...(context.candidates !== undefined && {
    candidates: context.candidates.map(({ model, lines, ...judged }): Candidate => ({
      particulars: { ...command.particulars, model },
      lines: lines.map(lineOf),
      ...verdictIn(state, judged),
    })),
  }),
});

/** Lines as rows have them. */
export const storedLines = (lines: readonly Line[]): PricedLines =>
  lines.map(({ meter, currency, amount: value }) => [meter ?? null, currency, value.toString()]);

export const lineOf = ([meter, currency, nanoUnits]: PricedLines[number]): Line => {
  const money = { currency: currencyId(currency), amount: amount(BigInt(nanoUnits)) };
  return meter === null ? money : { meter, ...money };
};

const storedVerdict = ({ beyondRates, slowedBy }: RatesVerdict): StoredVerdict => ({
  ...(beyondRates !== undefined && {
    beyond: beyondRates.map(({ rate, retryAfterMs }): [string, string, number | null] => [
      rate.node.id,
      rate.name,
      retryAfterMs ?? null,
    ]),
  }),
  ...(slowedBy !== undefined && { slowed: [slowedBy.rate.node.id, slowedBy.rate.name, slowedBy.ms] }),
});

function verdictIn(state: AccountState, { beyond, slowed }: StoredVerdict): RatesVerdict {
  const beyondRates = beyond?.flatMap(([node, name, retryAfterMs]): readonly BeyondRate[] => {
    const rate = rateNamed(state, node, name);
    return rate === undefined ? [] : [{ rate, ...(retryAfterMs !== null && { retryAfterMs }) }];
  });
  const slowing = slowed && rateNamed(state, slowed[0], slowed[1]);
  return {
    ...(beyondRates !== undefined && { beyondRates }),
    ...(slowed !== undefined && slowing !== undefined && { slowedBy: { rate: slowing, ms: slowed[2] } }),
  };
}

const rateNamed = (state: AccountState, node: string, name: string): RateState | undefined =>
  state.nodes.get(nodeId(node))?.rates?.all.find((rate) => rate.name === name);
