import type { BusRequest } from '@exchequer/bus/nest';
import {
  accountText,
  batchFault,
  batchItems,
  HEADERS,
  isProblemReply,
  problem,
  type Problem,
  type UsageItemReply,
} from '@exchequer/contracts';
import type { ChargeSender } from './charges.js';
import type { UsageIntake } from './usage-intake.js';

const ANSWER_WITHIN_MS = 5_000;
const ANONYMOUS = 'anonymous';

/** A message of usage events, read as far as its envelope. */
interface UsageMessage {
  readonly request: BusRequest;
  readonly sender: ChargeSender;
  readonly items: readonly unknown[];
  readonly isBatch: boolean;
}

/** Answers the usage messages of one turn; those of one producer for one account are charged together. */
export async function answerUsage(intake: UsageIntake, requests: readonly BusRequest[], now: number): Promise<void> {
  const groups = new Map<string, UsageMessage[]>();
  for (const request of requests) {
    const message = readMessage(request, now);
    if (message === undefined) continue;
    const { account, actor } = message.sender;
    const key = message.isBatch ? String(groups.size) : `${account} ${actor}`;
    groups.set(key, [...(groups.get(key) ?? []), message]);
  }
  await Promise.all(Array.from(groups.values(), (messages) => answerTogether(intake, messages)));
}

async function answerTogether(intake: UsageIntake, messages: readonly UsageMessage[]): Promise<void> {
  const [first] = messages;
  if (first === undefined) return;
  try {
    const deadlineMs = Math.min(...messages.map(({ sender }) => sender.deadlineMs));
    const items = messages.flatMap((message) => message.items);
    const replies = await intake.settle({ sender: { ...first.sender, deadlineMs }, items, isBatch: first.isBatch });
    let from = 0;
    for (const message of messages) {
      answer(message, replies.slice(from, from + message.items.length));
      from += message.items.length;
    }
  } catch {
    const unavailable = problem('Unavailable', 'The rate cards cannot be read; send the same events again.');
    for (const { request } of messages) request.respondProblem(unavailable);
  }
}

function answer({ request, isBatch }: UsageMessage, replies: readonly UsageItemReply[]): void {
  const [only] = replies;
  if (isBatch || only === undefined) request.respond(JSON.stringify({ items: replies }));
  else if (isProblemReply(only)) request.respondProblem(only.error);
  else request.respond(JSON.stringify(only));
}

/** Undefined when the message was answered already, being no usage message. */
function readMessage(request: BusRequest, now: number): UsageMessage | undefined {
  const body = request.body();
  if (body === undefined) return undefined;
  const items = batchItems(body);
  const fault = accountFault(request.lastToken) ?? (items === undefined ? undefined : batchFault(items));
  if (fault !== undefined) {
    request.respondProblem(fault);
    return undefined;
  }
  const sender = {
    account: request.lastToken,
    actor: request.header(HEADERS.actor) ?? ANONYMOUS,
    traceparent: request.header(HEADERS.traceparent),
    deadlineMs: request.deadlineMs ?? now + ANSWER_WITHIN_MS,
  };
  return { request, sender, items: items ?? [body], isBatch: items !== undefined };
}

const accountFault = (account: string): Problem | undefined =>
  accountText.safeParse(account).success ? undefined : problem('Malformed', 'The subject does not end in an account.');
