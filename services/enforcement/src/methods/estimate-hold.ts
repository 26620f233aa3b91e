import {
  amountIn,
  divideAmong,
  estimateOf,
  totalOf,
  type Authorize,
  type Bag,
  type Estimated,
  type Line,
} from '@exchequer/account';
import type { EstimatedUse } from '@exchequer/contracts';
import { estimateWith, WHOLE_OUTPUT_NAMES } from '@exchequer/rating';
import type { Replica } from '@exchequer/replica';
import type { AuthorizeAsked } from './prepare-authorize.js';

interface Estimate {
  readonly lines: readonly Line[];
  readonly estimate: Estimated;
}

/**
 * A request that is to hold less than the most that its call can cost, by the payer's policy; undefined where it stays as
 * it is: the call gives no maximum, the policy is `max`, or too little is known of the payer and model.
 */
export function estimated(
  asked: AuthorizeAsked,
  { state, learned }: Pick<Replica, 'state' | 'learned'>,
): { readonly command: Authorize; readonly asked: AuthorizeAsked } | undefined {
  if (state.estimating === 0) return undefined;
  const { body, command } = asked;
  if (body.use === undefined || !hasMaximum(body.use)) return undefined;
  const payer = command.payer === undefined ? state.opening?.defaultProject : state.nodes.get(command.payer);
  const policy = payer === undefined ? undefined : estimateOf(payer);
  if (payer === undefined || policy === undefined || policy.by === 'max') return undefined;
  const found =
    policy.by === 'fixed'
      ? fixed(command.lines, policy.amounts)
      : likely(asked, body.use, policy.quantile, learned.quantile(payer.id, body.use.model, policy.quantile));
  if (found === undefined) return undefined;
  const particulars = { ...command.particulars, estimate: found.estimate };
  const changed: Authorize = { ...command, lines: found.lines, particulars };
  return { command: changed, asked: { ...asked, command: changed } };
}

const hasMaximum = ({ meters }: EstimatedUse): boolean =>
  Object.values(meters).some((quantity) => typeof quantity === 'object');

/** The stated amounts where the most is more, divided among the meters as the most is. */
function fixed(most: readonly Line[], amounts: Bag): Estimate | undefined {
  const totals = totalOf(most);
  const less = amounts.filter(({ currency, amount: stated }) => stated < amountIn(totals, currency));
  if (less.length === 0) return undefined;
  return { lines: divideAmong(most, less), estimate: { by: 'fixed' } };
}

/**
 * The most for an output that is as long as this share of the settled calls had, on the card that priced the most: there may
 * be a newer one by now.
 */
function likely(
  { command, context }: AuthorizeAsked,
  use: EstimatedUse,
  quantile: number,
  seen: { readonly outputTokens: number; readonly calls: number } | undefined,
): Estimate | undefined {
  if (seen === undefined || context === undefined) return undefined;
  const meters = shortened(use.meters, seen.outputTokens);
  if (meters === undefined) return undefined;
  const pricing = context.prices.priceIn(command.particulars?.card ?? '', use.model);
  const priced = pricing && estimateWith(pricing, { ...use, meters });
  if (priced?.kind !== 'priced') return undefined;
  const most = totalOf(command.lines);
  if (totalOf(priced.lines).some((money) => money.amount > amountIn(most, money.currency))) return undefined;
  return { lines: priced.lines, estimate: { by: 'quantile', quantile, ...seen } };
}

/** Undefined when no maximum is longer. */
function shortened(meters: EstimatedUse['meters'], outputTokens: number): EstimatedUse['meters'] | undefined {
  const longer = WHOLE_OUTPUT_NAMES.filter((name) => {
    const quantity = meters[name];
    return typeof quantity === 'object' && quantity.max > outputTokens;
  });
  if (longer.length === 0) return undefined;
  return { ...meters, ...Object.fromEntries(longer.map((name) => [name, { max: outputTokens }])) };
}
