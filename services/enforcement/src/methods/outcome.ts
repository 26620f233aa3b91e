import type { OutcomeTold, TellOutcome } from '@exchequer/account';
import { outcomeSchema, type OutcomeBody, type OutcomeReply } from '@exchequer/contracts';
import { contentHashOf } from '@exchequer/ledger';
import { formatPosition } from '@exchequer/replica';
import { refusalReply } from '../edge/refusal-reply.js';
import { amountsOf, instant } from '../edge/wire.js';
import type { Accepted } from '../host/decided.js';
import type { CommandMethod } from './method.js';
import { usageCommandId } from './record.js';
import { isSettlement } from './settlement-reply.js';

/** Says how a task came out: what waits for it is charged or goes back. From `meter` with the identity of its event. */
export const outcomeMethod: CommandMethod<OutcomeBody, undefined> = {
  is: 'command',
  name: 'outcome',
  schema: outcomeSchema,
  idOf: (body) => body.id,
  prepare: ({ taskId, outcome, usage }) => {
    const command: TellOutcome = { type: 'tell-outcome', task: taskId, outcome };
    if (usage === undefined) return { command, asked: undefined };
    const { source, id, contentHash } = usage;
    // Usage that says the same of itself is still another event.
    const own = contentHashOf(`outcome ${contentHash}`);
    return { command, asked: undefined, id: usageCommandId(source, id), kind: 'usage', contentHash: own };
  },
  replier: {
    answers: (facts) => !isSettlement(facts),
    accepted: outcomeReply,
    refused: ({ refusal }) => refusalReply(refusal),
  },
};

function outcomeReply({ facts, first, account, decidedAt, repeated }: Accepted): OutcomeReply {
  const told = facts.find((fact): fact is OutcomeTold => fact.type === 'OutcomeTold');
  if (told === undefined) throw new Error('broken invariant: an outcome was not told');
  return {
    taskId: told.task,
    outcome: told.outcome,
    calls: told.calls ?? 0,
    charged: amountsOf(told.charged ?? []),
    returned: amountsOf(told.returned ?? []),
    decidedAt: instant(decidedAt),
    position: formatPosition(account, first),
    ...(repeated && { repeated: true }),
  };
}
