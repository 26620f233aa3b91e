import { AwaitingHold, nextDueAt, waitingForPrice, type AccountState, type HoldState } from '@exchequer/account';
import { describeSchema, type DescribeBody, type DescribeReply, type OpenHoldReply } from '@exchequer/contracts';
import { formatPosition, stateHash } from '@exchequer/replica';
import { amountsOf, instant } from '../edge/wire.js';
import type { Glimpse } from '../host/decided.js';
import type { QueryMethod } from '../methods/method.js';
import { unknownAccount } from './unknown.js';

const HOLDS = 20;

/** The account as a whole: its currencies, how much of everything it has, its newest open holds. */
export const describeMethod: QueryMethod<DescribeBody> = {
  is: 'query',
  name: 'describe',
  schema: describeSchema,
  prepare: (body) => body,
  answer: (body, { account, state, moment, last }: Glimpse) => {
    if (state.opening === undefined) return unknownAccount(account);
    const next = nextDueAt(state);
    const reply: DescribeReply = {
      account,
      root: state.opening.root.id,
      defaultProject: state.opening.defaultProject.id,
      currencies: Object.fromEntries(state.currencies),
      nodes: state.nodes.size,
      lots: state.lots.size,
      openHolds: state.holds.size,
      holds: newest([...state.holds.values()], body.holds ?? HOLDS),
      ...((state.unpriced > 0 || state.provisional.size > 0) && {
        unpriced: { waiting: waitingForPrice(state, moment.at), keptApart: state.unpriced },
      }),
      ...(state.awaiting.size > 0 && { awaiting: awaitingIn(state) }),
      ...(state.tier.reached !== undefined && { tier: state.tier.reached }),
      ...(next !== undefined && { nextDueAt: instant(next) }),
      ...(body.stateHash === true && { stateHash: stateHash(state) }),
      at: instant(moment.at),
      position: formatPosition(account, last),
    };
    return reply;
  },
};

const awaitingIn = ({ awaiting }: AccountState) => ({
  tasks: awaiting.size,
  calls: Array.from(awaiting.values()).reduce((sum, { size }) => sum + size, 0),
});

const newest = (holds: readonly HoldState[], most: number): readonly OpenHoldReply[] =>
  (most === 0 ? [] : holds.slice(-most)).reverse().map((hold) => ({
    hold: hold.id,
    payer: hold.chain.payer.id,
    nodes: hold.chain.nodes,
    amounts: amountsOf(hold.amounts),
    ...(hold.particulars?.model !== undefined && { model: hold.particulars.model }),
    placedAt: instant(hold.placedAt),
    expiresAt: instant(hold.dueAt),
    ...(hold instanceof AwaitingHold && { taskId: hold.awaited.task }),
  }));
