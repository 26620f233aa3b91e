import type { Line, RecordUsage } from '@exchequer/account';
import { parseInstant, recordSchema, type RecordBody } from '@exchequer/contracts';
import { currencyId, holdId, nodeId, parseAmount } from '@exchequer/kernel';
import { rate } from '@exchequer/rating';
import { refusalReply } from '../edge/refusal-reply.js';
import { linesOf } from '../edge/wire.js';
import { particularsOf } from '../pricing/price-use.js';
import { PRICE_MISSING, type CommandMethod, type Preparing } from './method.js';
import { settlementReply } from './settlement-reply.js';

/** What a record costs, or why that is not known. */
type Cost = { readonly lines: readonly Line[]; readonly card?: string } | { readonly unpriced: string };

/** Usage that happened. From `meter` it comes priced and with the identity of its event; from others it is priced here. */
export const recordMethod: CommandMethod<RecordBody, undefined> = {
  is: 'command',
  name: 'record',
  schema: recordSchema,
  idOf: (body) => body.id,
  prepare: (body, context, last) => {
    const cost = costOf(body, context);
    if ('unpriced' in cost && body.unpriced === undefined && !last) return PRICE_MISSING;
    const particulars = particularsOf(body, 'card' in cost ? cost.card : undefined);
    const command: RecordUsage = {
      type: 'record',
      ...(body.payer !== undefined && { payer: nodeId(body.payer) }),
      nodes: (body.nodes ?? []).map(nodeId),
      ...(body.hold !== undefined && { hold: holdId(body.hold) }),
      ...(body.time !== undefined && { usedAt: parseInstant(body.time) }),
      ...(body.usage !== undefined && { usage: { source: body.usage.source, id: body.usage.id } }),
      ...('lines' in cost ? { lines: cost.lines } : { unpriced: cost.unpriced }),
      ...(particulars !== undefined && { particulars }),
    };
    if (body.usage === undefined) return { command, asked: undefined };
    const { source, id, contentHash } = body.usage;
    return { command, asked: undefined, id: usageCommandId(source, id), kind: 'usage', contentHash };
  },
  replier: { accepted: settlementReply, refused: ({ refusal }) => refusalReply(refusal) },
};

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
