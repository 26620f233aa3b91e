import {
  consume,
  ensureStream,
  publishToStream,
  USAGE,
  USAGE_PARKED,
  type Bus,
  type RequestClient,
  type StreamConsumer,
  type StreamMessage,
} from '@exchequer/bus';
import {
  accountText,
  isProblemReply,
  isRetryable,
  problem,
  SUBJECTS,
  USAGE_STREAM,
  type Problem,
} from '@exchequer/contracts';
import { parkedText } from './parked-text.js';
import type { UsageIntake } from './usage-intake.js';

const BATCH_MAX = 500;
const SETTLE_WITHIN_MS = 10_000;
const DURABLE = 'meter';
/** Where events go that came under no account. */
const NO_ACCOUNT = 'unknown';

/** Events of one account, as they came. */
type Arrived = Map<string, unknown[]>;

/**
 * Settles the usage that producers hand in without waiting. A message is acknowledged when each of its events is settled,
 * or parked with the reason why it never can be; what could not be settled now comes again.
 */
export async function followUsageStream(
  bus: Bus,
  requests: RequestClient,
  intake: UsageIntake,
  onFault: (fault: unknown) => void,
): Promise<StreamConsumer> {
  await ensureStream(bus, USAGE);
  await ensureStream(bus, USAGE_PARKED);
  const park = async (account: string, event: unknown, refused: Problem): Promise<void> => {
    await publishToStream(requests, SUBJECTS.usageParked(account), parkedText(event, refused));
  };
  return consume(bus, {
    stream: USAGE_STREAM,
    durable: DURABLE,
    batchMax: BATCH_MAX,
    handler: (messages) => settleAll(intake, messages, park),
    onFault,
  });
}

type Park = (account: string, event: unknown, refused: Problem) => Promise<void>;

async function settleAll(intake: UsageIntake, messages: readonly StreamMessage[], park: Park): Promise<void> {
  for (const [account, items] of await arrivedIn(messages, park)) {
    const deadlineMs = Date.now() + SETTLE_WITHIN_MS;
    const sender = { account, actor: 'usage-stream', traceparent: undefined, deadlineMs };
    const replies = await intake.settle({ sender, items, isBatch: false });
    for (const [index, reply] of replies.entries()) {
      if (!isProblemReply(reply)) continue;
      if (isRetryable(reply.error.code)) throw new Error(`${reply.error.code}: ${reply.error.message}`);
      await park(account, items[index], reply.error);
    }
  }
}

async function arrivedIn(messages: readonly StreamMessage[], park: Park): Promise<Arrived> {
  const arrived: Arrived = new Map();
  for (const { subject, bytes } of messages) {
    const account = subject.slice(subject.lastIndexOf('.') + 1);
    const text = Buffer.from(bytes).toString('utf8');
    const events = eventsIn(text);
    if (events === undefined) await park(NO_ACCOUNT, text, problem('Malformed', 'The message is not JSON.'));
    else if (!accountText.safeParse(account).success)
      await park(NO_ACCOUNT, events, problem('Malformed', 'The subject does not end in an account.'));
    else arrived.set(account, [...(arrived.get(account) ?? []), ...events]);
  }
  return arrived;
}

/** One event, or many in an array or in `items`. */
function eventsIn(text: string): readonly unknown[] | undefined {
  try {
    const body: unknown = JSON.parse(text);
    if (Array.isArray(body)) return body as readonly unknown[];
    const items = typeof body === 'object' && body !== null && 'items' in body ? body.items : undefined;
    return Array.isArray(items) ? (items as readonly unknown[]) : [body];
  } catch {
    return undefined;
  }
}
