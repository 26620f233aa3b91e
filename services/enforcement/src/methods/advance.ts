import { nextLookAt } from '@exchequer/account';
import { advanceSchema, type AdvanceBody, type AdvanceReply } from '@exchequer/contracts';
import { formatPosition } from '@exchequer/replica';
import { refusalReply } from '../edge/refusal-reply.js';
import { instant } from '../edge/wire.js';
import type { Glimpse } from '../host/decided.js';
import type { QueryMethod } from './method.js';

/** Does what is due. Whatever a host decides, due facts come first: here nothing else comes. */
export const advanceMethod: QueryMethod<AdvanceBody> = {
  is: 'query',
  name: 'advance',
  schema: advanceSchema,
  prepare: (body) => body,
  answer: (_body, glimpse) => advanced(glimpse),
};

function advanced({ account, state, moment, last }: Glimpse): AdvanceReply | ReturnType<typeof refusalReply> {
  if (state.opening === undefined)
    return refusalReply({ code: 'UnknownAccount', message: 'There is no such account.' });
  const next = nextLookAt(state, moment.at);
  return {
    ...(next !== undefined && { nextDueAt: instant(next) }),
    decidedAt: instant(moment.at),
    position: formatPosition(account, last),
  };
}
