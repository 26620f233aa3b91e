import {
  batchFault,
  batchItems,
  isProblemReply,
  malformed,
  problem,
  type Problem,
  accountText,
} from '@exchequer/contracts';
import type { Clock } from '@exchequer/kernel';
import type { Catalogue } from '@exchequer/replica';
import { HOST_BOUNDS } from '../host/bounds.js';
import type { AccountHosts } from '../host/account-hosts.js';
import { refusal, Submission, type Reply, type Work } from '../host/work.js';
import { isProblem, PRICE_MISSING, type CommandMethod, type Preparing, type QueryMethod } from '../methods/method.js';
import { contentHash } from './content-hash.js';
import type { IncomingMessage } from './incoming-message.js';

export type Method = CommandMethod<object, unknown> | QueryMethod<object, unknown>;

/** Who sends a message, as the commands of it will say. */
interface Sender {
  readonly actor: string;
  readonly traceparent: string | undefined;
}

const ANONYMOUS = 'anonymous';
const ACTOR = /^[\x21-\x7e]{1,128}$/;
const TRACEPARENT = /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/;

/** Takes messages in: parses each once, turns its items into works of its account's host, and answers with their replies. */
export class Intake {
  constructor(
    private readonly hosts: AccountHosts,
    private readonly catalogue: Catalogue,
    private readonly clock: Clock,
  ) {}

  /** Requests of one method that came in one turn. Answers each of them, now or later. */
  take(method: Method, messages: readonly IncomingMessage[]): void {
    for (const message of messages) {
      const body = message.body();
      if (body === undefined) continue;
      const fault = this.takeOne(method, message, body);
      if (fault !== undefined) message.respondProblem(fault);
    }
  }

  private takeOne(method: Method, message: IncomingMessage, body: unknown): Problem | undefined {
    const account = message.lastToken;
    if (!accountText.safeParse(account).success) return problem('Malformed', 'The subject does not end in an account.');
    const actor = message.header('Exchequer-Actor') ?? ANONYMOUS;
    if (!ACTOR.test(actor))
      return problem('Malformed', 'Exchequer-Actor takes 1 to 128 printable characters without spaces.');
    const traceparent = message.header('traceparent');
    const sender = {
      actor,
      traceparent: traceparent !== undefined && TRACEPARENT.test(traceparent) ? traceparent : undefined,
    };
    const items = batchItems(body);
    const fault = items === undefined ? undefined : batchFault(items);
    if (fault !== undefined) return fault;
    const at = this.clock.now();
    const deadlineMs = message.deadlineMs ?? at + HOST_BOUNDS.answerWithinMs;
    const submission = new Submission(
      items?.length ?? 1,
      deadlineMs,
      (replies) => answer(message, replies, items !== undefined),
      (given) => message.respondProblem(given),
    );
    if (items?.length === 0) message.respond('{"items":[]}');
    else this.submit(method, account, items ?? [body], items !== undefined, sender, submission, at);
    return undefined;
  }

  private submit(
    method: Method,
    account: string,
    items: readonly unknown[],
    isBatch: boolean,
    sender: Sender,
    submission: Submission,
    at: number,
    last = false,
  ): void {
    const context: Preparing = { account, actor: sender.actor, prices: this.catalogue.book, at };
    const works: Work[] = [];
    let isPriceMissing = false;
    for (const [slot, item] of items.entries()) {
      const work = toWork(
        method,
        item,
        context,
        sender,
        submission,
        slot,
        isBatch ? `items.${String(slot)}` : '',
        last,
      );
      if (work === PRICE_MISSING) isPriceMissing = true;
      else if ('is' in work) works.push(work);
      else if (!isPriceMissing || last) submission.settle(slot, refusal(work));
    }
    if (!isPriceMissing) {
      if (works.length > 0) this.hosts.host(account).submit(submission, works);
      return;
    }
    this.catalogue.refresh().then(
      () => this.submit(method, account, items, isBatch, sender, submission, at, true),
      () => submission.fail(problem('Unavailable', 'The rate cards cannot be read; send the same request again.')),
    );
  }
}

/** One item as a work, or why it is none. */
function toWork(
  method: Method,
  item: unknown,
  context: Preparing,
  sender: Sender,
  submission: Submission,
  slot: number,
  where: string,
  last: boolean,
): Work | Problem | typeof PRICE_MISSING {
  const parsed = method.schema.safeParse(item);
  if (!parsed.success) return malformed(parsed.error, where);
  const body = parsed.data;
  const query = method.is === 'query' ? method : method.asksInstead?.(body);
  if (query !== undefined) {
    const asked = query.prepare(body, context, last);
    if (asked === PRICE_MISSING) return asked;
    if (typeof asked === 'object' && asked !== null && isProblem(asked)) return asked;
    return { is: 'query', answer: (glimpse) => query.answer(asked, glimpse), submission, slot };
  }
  if (method.is === 'query') throw new Error('a question is no command');
  const prepared = method.prepare(body, context, last);
  if (prepared === PRICE_MISSING || isProblem(prepared)) return prepared;
  return {
    is: 'command',
    id: prepared.id ?? method.idOf(body),
    kind: prepared.kind ?? 'command',
    contentHash: prepared.contentHash ?? contentHash(method.name, sender.actor, body),
    method: method.name,
    written: prepared.contentHash === undefined ? item : undefined,
    actor: sender.actor,
    traceparent: sender.traceparent,
    command: prepared.command,
    charge: prepared.charge,
    asked: prepared.asked,
    replier: method.replier,
    submission,
    slot,
  };
}

function answer(message: IncomingMessage, replies: readonly (Reply | undefined)[], isBatch: boolean): void {
  if (isBatch) {
    message.respond(JSON.stringify({ items: replies }));
    return;
  }
  const [reply] = replies;
  if (isProblemReply(reply)) message.respondProblem(reply.error);
  else message.respond(JSON.stringify(reply));
}
