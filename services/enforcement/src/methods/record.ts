import type { Line, RecordUsage } from '@exchequer/account';
import { parseInstant, recordSchema, type RecordBody, type Use } from '@exchequer/contracts';
import { currencyId, holdId, nodeId, parseAmount, type Instant } from '@exchequer/kernel';
import { rate } from '@exchequer/rating';
import type { Replica } from '@exchequer/replica';
import { refusalReply } from '../edge/refusal-reply.js';
import { linesOf } from '../edge/wire.js';
import { atStatedPrices } from '../pricing/at-stated-prices.js';
import { usedWithOwnKey } from '../pricing/own-key.js';
import { particularsOf } from '../pricing/price-use.js';
import { PRICE_MISSING, type CommandMethod, type Preparing } from './method.js';
import { isSettlement, settlementReply } from './settlement-reply.js';

/** What a record costs, or why that is not known. */
type Cost = { readonly lines: readonly Line[]; readonly card?: string } | { readonly unpriced: string };

interface RecordAsked {
  readonly command: RecordUsage;
  /** The same without a cost, what was used and why there is no price, where no card prices it. */
  readonly noPrice?: { readonly told: RecordUsage; readonly use: Use; readonly reason: string };
}

/** Usage that happened. From `meter` it comes priced and with the identity of its event; from others it is priced here. */
export const recordMethod: CommandMethod<RecordBody, RecordAsked> = {
  is: 'command',
  name: 'record',
  schema: recordSchema,
  idOf: (body) => body.id,
  prepare: (body, context, last) => {
    const cost = costOf(body, context);
    if ('unpriced' in cost && body.unpriced === undefined && !last) return PRICE_MISSING;
    const particulars = particularsOf(body, 'card' in cost ? cost.card : undefined);
    const told: RecordUsage = {
      type: 'record',
      ...(body.payer !== undefined && { payer: nodeId(body.payer) }),
      nodes: (body.nodes ?? []).map(nodeId),
      ...(body.hold !== undefined && { hold: holdId(body.hold) }),
      ...(body.time !== undefined && { usedAt: parseInstant(body.time) }),
      ...(body.usage !== undefined && { usage: { source: body.usage.source, id: body.usage.id } }),
      ...(particulars !== undefined && { particulars }),
    };
    const command = 'lines' in cost ? { ...told, lines: cost.lines } : { ...told, unpriced: cost.unpriced };
    const { use } = body;
    const asked: RecordAsked =
      'unpriced' in cost && use !== undefined
        ? { command, noPrice: { told, use, reason: cost.unpriced } }
        : { command };
    if (body.usage === undefined) return { command, asked };
    const { source, id, contentHash } = body.usage;
    return { command, asked, id: usageCommandId(source, id), kind: 'usage', contentHash };
  },
  replier: {
    atDecision: asSettled,
    answers: isSettlement,
    accepted: settlementReply,
    refused: ({ refusal }) => refusalReply(refusal),
  },
};

/**
 * What no card prices is charged at the account's stated prices; without any it is kept apart. Of what was used with an own
 * key only what is charged.
 */
function asSettled(asked: RecordAsked, { state }: Pick<Replica, 'state'>, at: Instant) {
  const { noPrice } = asked;
  const stated = noPrice && atStatedPrices(state, noPrice);
  const command = noPrice === undefined || stated === undefined ? asked.command : { ...noPrice.told, ...stated };
  const charged = usedWithOwnKey(state, command, at);
  return stated === undefined && charged === undefined ? undefined : { command: { ...command, ...charged }, asked };
}

/** One text for a source and an id, told apart however they are cut. */
export const usageCommandId = (source: string, id: string): string => `${String(source.length)}:${source}:${id}`;

function costOf(body: RecordBody, { at, prices }: Preparing): Cost {
  if (body.unpriced !== undefined) return { unpriced: body.unpriced };
  if (body.priced !== undefined) return { lines: body.priced.lines.map(lineOf), card: body.priced.card };
  if (body.use === undefined) return { lines: linesOf(body.amounts ?? {}) };
  const rating = rate(body.use, body.time === undefined ? at : parseInstant(body.time), prices);
  return rating.kind === 'priced' ? { lines: rating.lines, card: rating.card } : { unpriced: rating.reason };
}

const lineOf = ({ meter, currency, amount }: NonNullable<RecordBody['priced']>['lines'][number]): Line => ({
  meter,
  currency: currencyId(currency),
  amount: parseAmount(amount),
});
