import type { Authorize, Line, Particulars } from '@exchequer/account';
import { DEFAULT_HOLD_FOR, parseDuration, type AuthorizeBody, type QuoteBody } from '@exchequer/contracts';
import { nodeId } from '@exchequer/kernel';
import { linesOf } from '../edge/wire.js';
import type { NoPrice } from '../pricing/at-stated-prices.js';
import { particularsOf, priceEstimate } from '../pricing/price-use.js';
import { PRICE_MISSING, type Prepared, type Preparing } from './method.js';

/** What the reply to an authorization needs of its request. */
export interface AuthorizeAsked {
  readonly body: Pick<QuoteBody, 'explain' | 'use'>;
  readonly command: Authorize;
  /** Where no card prices it. Whether the account states prices shows when it is decided. */
  readonly noPrice?: NoPrice;
  /** What it was priced with; absent when it is decided again, at the prices of its day. */
  readonly context?: Preparing;
}

/** A request at the prices of its arrival, where there are any, or the sign that a price is missing. */
export function prepareAuthorize(
  body: AuthorizeBody | QuoteBody,
  context: Preparing,
  last: boolean,
): Prepared<AuthorizeAsked> | typeof PRICE_MISSING {
  let lines: readonly Line[] = [];
  let noPrice: NoPrice | undefined;
  let card: string | undefined;
  if (body.use === undefined) lines = linesOf(body.amounts ?? {});
  else {
    const priced = priceEstimate(body.use, context.at, context.prices, last);
    if (priced === PRICE_MISSING) return priced;
    if ('problem' in priced) noPrice = priced;
    else ({ lines, card } = priced);
  }
  const command = commandOf(body, lines, particularsOf(body, card));
  const asked = { body, command, context };
  return { command, asked: noPrice === undefined ? asked : { ...asked, noPrice } };
}

/** The command that a request with known prices makes. */
export const commandOf = (
  body: AuthorizeBody | QuoteBody,
  lines: readonly Line[],
  particulars: Particulars | undefined,
): Authorize => ({
  type: 'authorize',
  ...(body.payer !== undefined && { payer: nodeId(body.payer) }),
  nodes: body.nodes === undefined ? NO_NODES : body.nodes.map(nodeId),
  lines,
  accept: body.accept ?? 'full',
  holdForMs: parseDuration(body.holdFor ?? DEFAULT_HOLD_FOR),
  ...(particulars !== undefined && { particulars }),
});

const NO_NODES: Authorize['nodes'] = [];
