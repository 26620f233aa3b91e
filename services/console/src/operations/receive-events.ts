import { BOUNDS, isProblemReply, SUBJECTS, usageEventSchema } from '@exchequer/contracts';
import { malformedRequest } from '../http/http-problem.js';
import type { Asking } from './asking.js';
import { callerOf, type Caller } from './caller.js';
import type { Incoming, Operation, Outgoing } from './operation.js';
import { accountIn } from './read-body.js';

const PATH = '/v1/events';
const ACCEPTED = 202;
const MULTI_STATUS = 207;

/** Usage as CloudEvents. Answered when the ledger has it, so that a producer may forget it then. */
export const receiveEvents: Operation = {
  id: 'receiveEvents',
  method: 'POST',
  path: PATH,
  tag: 'Meter',
  summary: 'Report usage, one CloudEvent or a batch',
  description:
    'The account is the `subject` of the event, or the query parameter `account` for events without one. 202 means that everything is in the ledger. A batch is answered with one item for each event, in the same order; with 207 when some of them were refused, which then have an `error`.',
  takes: usageEventSchema,
  mediaTypes: {
    'application/cloudevents+json': 'One event.',
    'application/cloudevents-batch+json': 'An array of events.',
  },
  replies: 'Usage',
  status: ACCEPTED,
  handle: (incoming, asking) => {
    const caller = callerOf(incoming.headers, asking.now());
    const fallback = accountIfGiven(incoming);
    return Array.isArray(incoming.body)
      ? receiveBatch(incoming.body, fallback, asking, caller)
      : receiveOne(incoming.body, fallback, asking, caller);
  },
};

async function receiveOne(
  event: unknown,
  fallback: string | undefined,
  asking: Asking,
  caller: Caller,
): Promise<Outgoing> {
  if (typeof event !== 'object' || event === null)
    throw malformedRequest('The body takes a CloudEvent, or an array of them as application/cloudevents-batch+json.');
  const subject = SUBJECTS.usage(accountOf(event, fallback, ''));
  return { status: ACCEPTED, body: await asking.bytes(subject, event, caller) };
}

/** The events of each account travel as one message; the answers come back in the order of the events. */
async function receiveBatch(
  events: readonly unknown[],
  fallback: string | undefined,
  asking: Asking,
  caller: Caller,
): Promise<Outgoing> {
  if (events.length > BOUNDS.itemsPerBatchMax)
    throw malformedRequest(
      `The batch has ${String(events.length)} events; the most in one request is ${String(BOUNDS.itemsPerBatchMax)}.`,
    );
  const slotsOf = slotsByAccount(events, fallback);
  const items: unknown[] = new Array<unknown>(events.length);
  await Promise.all(
    [...slotsOf].map(async ([account, slots]) => {
      const body = { items: slots.map((slot) => events[slot]) };
      const replies = itemsOf(await asking.json(SUBJECTS.usage(account), body, caller));
      for (const [index, slot] of slots.entries()) items[slot] = replies[index];
    }),
  );
  const status = items.some(isProblemReply) ? MULTI_STATUS : ACCEPTED;
  return { status, body: JSON.stringify({ items }) };
}

function slotsByAccount(events: readonly unknown[], fallback: string | undefined): Map<string, number[]> {
  const slotsOf = new Map<string, number[]>();
  for (const [slot, event] of events.entries()) {
    const account = accountOf(event, fallback, `${String(slot)}.`);
    const slots = slotsOf.get(account);
    if (slots === undefined) slotsOf.set(account, [slot]);
    else slots.push(slot);
  }
  return slotsOf;
}

function accountOf(event: unknown, fallback: string | undefined, where: string): string {
  const subject = typeof event === 'object' && event !== null && 'subject' in event ? event.subject : undefined;
  if (subject !== undefined) return accountIn(subject, `${where}subject:`);
  if (fallback !== undefined) return fallback;
  throw malformedRequest(
    `${where}subject: is missing; it takes the account, which the query parameter account may give instead.`,
  );
}

function accountIfGiven({ query }: Incoming): string | undefined {
  const { account, ...others } = query;
  const [other] = Object.keys(others);
  if (other !== undefined) throw malformedRequest(`Unknown query parameter ${JSON.stringify(other.slice(0, 64))}.`);
  return account === undefined ? undefined : accountIn(account, 'account:');
}

function itemsOf(reply: unknown): readonly unknown[] {
  const items = typeof reply === 'object' && reply !== null && 'items' in reply ? reply.items : undefined;
  if (Array.isArray(items)) return items;
  throw new Error('a batch of usage was answered without items');
}
