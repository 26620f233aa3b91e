import { spendableBy } from '@exchequer/account';
import { balanceSchema, type BalanceBody, type BalanceReply } from '@exchequer/contracts';
import { nodeId } from '@exchequer/kernel';
import { formatPosition } from '@exchequer/replica';
import { amountsOf, instant } from '../edge/wire.js';
import type { Glimpse } from '../host/decided.js';
import type { QueryMethod } from '../methods/method.js';
import { lotReplies, nodeReply } from './node-reply.js';
import { unknownAccount, unknownNode } from './unknown.js';

/** What a node has, who may pay for it, and what that could pay now. */
export const balanceMethod: QueryMethod<BalanceBody> = {
  is: 'query',
  name: 'balance',
  schema: balanceSchema,
  prepare: (body) => body,
  answer: ({ node: id }, { account, state, moment, last, rates }: Glimpse) => {
    if (state.opening === undefined) return unknownAccount(account);
    const node = state.nodes.get(nodeId(id));
    if (node === undefined) return unknownNode(id);
    const { fundingPath, amounts, ifCritical } = spendableBy(state, node, moment.at);
    const reply: BalanceReply = {
      ...nodeReply(state, node, moment, rates),
      lots: lotReplies(node),
      fundingPath: fundingPath.map((payer) => payer.id),
      spendable: amountsOf(amounts),
      ...(ifCritical.length > 0 && { spendableIfCritical: amountsOf(ifCritical) }),
      at: instant(moment.at),
      position: formatPosition(account, last),
    };
    return reply;
  },
};
