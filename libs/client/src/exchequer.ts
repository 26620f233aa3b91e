import { connectBus, RequestClient, type Bus } from '@exchequer/bus';
import {
  SUBJECTS,
  USAGE_EVENT_TYPE,
  type AuthorizationReply,
  type AuthorizeBody,
  type BalanceReply,
  type CaptureBody,
  type ConfigureBody,
  type ConfigureReply,
  type CorrectBody,
  type CorrectionReply,
  type DescribeBody,
  type DescribeReply,
  type EndSessionReply,
  type GrantBody,
  type GrantReply,
  type HoldReply,
  type OpenSessionBody,
  type OpenSessionReply,
  type OwnerMethod,
  type OutcomeBody,
  type OutcomeReply,
  type PauseBody,
  type PauseReply,
  type QuoteBody,
  type RecordBody,
  type SettlementReply,
  type TransferBody,
  type TransferReply,
  type TreeBody,
  type TreeReply,
  type UsageEvent,
  type UsageReply,
} from '@exchequer/contracts';
import { Coalescer, SENDING_BOUNDS, type SendingBounds } from './coalescer.js';
import { newId } from './ids.js';

/** A body whose id is made when the caller gives none. */
type WithoutId<Body extends { id?: string | undefined }> = Omit<Body, 'id'> & { readonly id?: string };

export interface ExchequerOptions {
  /** NATS, as nats://host:port. */
  readonly servers: string;
  readonly account: string;
  /** Who asks, as the ledger will say. */
  readonly actor?: string;
  /** Told of the id of each call that is sent again because its first outcome is not known. */
  readonly onRetry?: (body: object) => void;
  readonly bounds?: Partial<SendingBounds>;
}

const DEFAULT_ACTOR = 'client';

/**
 * Connects to the services of an account.
 *
 * @throws BusUnreachable, BusAccessRefused, BusAddressInvalid
 */
export async function connectExchequer(options: ExchequerOptions): Promise<Exchequer> {
  const bus = await connectBus({ servers: options.servers, name: `exchequer-client-${options.account}` });
  return new Exchequer(bus, options);
}

/**
 * One account. Calls made at once travel as one message; each is repeated under its id until it has an answer or its
 * time is up, so that it takes effect once.
 *
 * Every method rejects with an {@link ExchequerError} when it is refused. A denied authorization is an answer.
 */
export class Exchequer {
  readonly account: string;
  private readonly requests: RequestClient;
  private readonly coalescers = new Map<string, Coalescer>();
  private readonly bounds: SendingBounds;
  private closed = false;

  constructor(
    private readonly bus: Bus,
    private readonly options: Omit<ExchequerOptions, 'servers'>,
  ) {
    this.account = options.account;
    this.bounds = { ...SENDING_BOUNDS, ...options.bounds };
    this.requests = new RequestClient(bus);
  }

  /** Asks whether a call may spend, and sets the credits aside. */
  authorize(request: WithoutId<AuthorizeBody>): Promise<AuthorizationReply> {
    return this.owner('authorize', withId(request));
  }

  /** Ends a hold with what the call really used (`use`) or cost (`amounts`); with neither, as it was held. */
  settle(hold: string, actual: Omit<WithoutId<CaptureBody>, 'hold'> = {}): Promise<SettlementReply> {
    return this.owner('capture', withId({ ...actual, hold }));
  }

  /** Gives a hold back: the call did not happen. */
  void(hold: string, id?: string): Promise<HoldReply> {
    return this.owner('void', { id: id ?? newId(), hold });
  }

  /** Moves a hold's expiry to `holdFor` (ISO 8601, such as PT5M) from now. */
  extend(hold: string, holdFor: string, id?: string): Promise<HoldReply> {
    return this.owner('extend', { id: id ?? newId(), hold, holdFor });
  }

  /** Opens a session: a node that lives for one run on a reserve. Its calls name it as their payer. */
  openSession(request: WithoutId<OpenSessionBody>): Promise<OpenSessionReply> {
    return this.owner('open-session', withId(request));
  }

  /** Ends a session and gives back what is left of its reserve. */
  endSession(session: string, id?: string): Promise<EndSessionReply> {
    return this.owner('end-session', { id: id ?? newId(), session });
  }

  /** Reports usage as an event: counted once by its source and id, priced by the card of its instant. */
  record(event: Omit<UsageEvent, 'type'>): Promise<UsageReply> {
    return this.call(SUBJECTS.usage(this.account), { specversion: '1.0', type: USAGE_EVENT_TYPE, ...event });
  }

  /** Charges usage that has no event and no hold. */
  charge(usage: WithoutId<Omit<RecordBody, 'usage' | 'priced' | 'unpriced'>>): Promise<SettlementReply> {
    return this.owner('record', withId(usage));
  }

  /** Makes good a charge that was wrong: gives some of it back (`refund`), or says what it really was. */
  correct(correction: WithoutId<CorrectBody>): Promise<CorrectionReply> {
    return this.owner('correct', withId(correction));
  }

  /** What an authorization would be now. Takes nothing. */
  quote(request: QuoteBody): Promise<AuthorizationReply> {
    return this.owner('quote', request);
  }

  balance(node: string): Promise<BalanceReply> {
    return this.owner('balance', { node });
  }

  /** One page of the tree; ask on with `cursor: next`. */
  tree(page: TreeBody = {}): Promise<TreeReply> {
    return this.owner('tree', page);
  }

  describe(body: DescribeBody = {}): Promise<DescribeReply> {
    return this.owner('describe', body);
  }

  grant(grant: WithoutId<GrantBody>): Promise<GrantReply> {
    return this.call(SUBJECTS.allocation('grant', this.account), withId(grant));
  }

  transfer(transfer: WithoutId<TransferBody>): Promise<TransferReply> {
    return this.call(SUBJECTS.allocation('transfer', this.account), withId(transfer));
  }

  /** Says how a task came out: what its calls cost, and waits for that, is charged or goes back. */
  outcome(outcome: WithoutId<OutcomeBody>): Promise<OutcomeReply> {
    return this.owner('outcome', withId(outcome));
  }

  /** Stops new work at a node and all under it; with `below` each node under it is marked, and resumed, by itself. */
  pause(pause: WithoutId<PauseBody>): Promise<PauseReply> {
    return this.owner('pause', withId(pause));
  }

  /** Lets work go on at a node. */
  resume(node: string, id?: string): Promise<PauseReply> {
    return this.owner('resume', { id: id ?? newId(), node });
  }

  /** Brings nodes to a stated form; policy files do it through `allocation`. */
  configure(policy: WithoutId<ConfigureBody>): Promise<ConfigureReply> {
    return this.owner('configure', withId(policy));
  }

  /** Any request to any subject of the account's services, with the same care as the methods. */
  call<Reply>(subject: string, body: object): Promise<Reply> {
    let coalescer = this.coalescers.get(subject);
    if (coalescer === undefined) {
      const { actor = DEFAULT_ACTOR, onRetry = nobody } = this.options;
      coalescer = new Coalescer(subject, this.requests, actor, this.bounds, onRetry);
      if (this.closed) coalescer.close();
      this.coalescers.set(subject, coalescer);
    }
    return coalescer.call<Reply>(body);
  }

  /** Closes the connection. Calls without an answer are rejected at once, also those that wait to be sent again. */
  async close(): Promise<void> {
    this.closed = true;
    for (const coalescer of this.coalescers.values()) coalescer.close();
    this.requests.close();
    await this.bus.close();
  }

  private owner<Reply>(method: OwnerMethod, body: object): Promise<Reply> {
    return this.call<Reply>(SUBJECTS.owner(method, this.account), body);
  }
}

const nobody = (): void => undefined;

const withId = <Body extends { readonly id?: string }>(body: Body): Body & { readonly id: string } =>
  body.id === undefined ? { ...body, id: newId() } : (body as Body & { readonly id: string });
