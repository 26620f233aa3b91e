import { connectBus, type Bus } from '@exchequer/bus';
import { problem, type AmountsMap, type AuthorizeBody, type ProblemReply, type UsageEvent } from '@exchequer/contracts';
import { connectExchequer, type Exchequer } from '@exchequer/client';

/** The services of an account as far as a play needs them, with one limit: so many input tokens in all. */
export class ToyServices {
  /** Ids of authorizations in the order in which they were decided, refusals included. */
  readonly decided: string[] = [];
  /** The most messages of authorizations that were under way at once. */
  authorizationsAtOnceMax = 0;
  /** Called before a message is carried out; `lost` leaves it undone and unanswered. */
  disturb: (method: 'authorize' | 'usage', message: number) => 'lost' | 'done-but-lost' | undefined = () => undefined;
  /** What of each usage event is beyond what overage allows. */
  beyondOverage: AmountsMap | undefined;
  private readonly holds = new Map<string, { readonly hold: string; readonly revision: number }>();
  private readonly settled = new Map<string, { readonly text: string; readonly revision: number }>();
  private readonly voided: string[] = [];
  private revision = 0;
  private used = 0;
  private atOnce = 0;

  private constructor(
    private readonly bus: Bus,
    private readonly tokensMax: number,
  ) {}

  static async start(servers: string, tokensMax = Number.POSITIVE_INFINITY): Promise<ToyServices> {
    const services = new ToyServices(await connectBus({ servers, name: 'toy-services' }), tokensMax);
    services.answer('credits.v1.describe.demo', () => ({ position: `account-demo@${String(services.revision)}.0` }));
    services.answerSlowly('credits.v1.authorize.demo', 'authorize', (body) =>
      services.authorize(body as AuthorizeBody),
    );
    services.answerSlowly('usage.v1.demo', 'usage', (body) => services.settle(body as UsageEvent));
    services.answer('credits.v1.void.demo', (body) => {
      services.voided.push((body as { hold: string }).hold);
      return { outcome: 'voided' };
    });
    await services.bus.flush();
    return services;
  }

  get voidedHolds(): readonly string[] {
    return this.voided;
  }

  /** Authorizations are known for a day, usage for longer. */
  forgetAuthorizations(): void {
    this.holds.clear();
  }

  /** `answerWithinMs` is long where nothing is lost: a message that a busy machine answers late would be sent twice. */
  connect(servers: string, answerWithinMs: number): Promise<Exchequer> {
    const bounds = { itemsPerMessage: 256, answerWithinMs, retryDelayMinMs: 5, retryDelayMaxMs: 20 };
    return connectExchequer({ servers, account: 'demo', actor: 'replay', bounds });
  }

  close(): Promise<void> {
    return this.bus.close();
  }

  private authorize({ id, payer, use }: AuthorizeBody): object | ProblemReply {
    if (payer === 'project/nope')
      return { error: problem('UnknownNode', 'There is no node project/nope in this account.') };
    this.decided.push(id);
    const tokens = Number(use?.meters['input_tokens']);
    const known = this.holds.get(id);
    if (known === undefined && this.used + tokens > this.tokensMax) {
      const binding = { kind: 'limit', node: payer, limit: 'daily', currency: 'usd', remaining: '0' };
      return { decision: 'denied', code: 'LimitReached', binding, resetsAt: '2026-11-22T00:00:00Z' };
    }
    const held = known ?? {
      hold: `h-${String(this.holds.size + 1)}-${String(this.revision)}`,
      revision: ++this.revision,
    };
    if (known === undefined) this.used += tokens;
    this.holds.set(id, held);
    return { decision: 'allowed', hold: { id: held.hold }, amounts: { usd: String(tokens) } };
  }

  private settle(event: UsageEvent): object | ProblemReply {
    const { source, id, data } = event;
    if (data.model === 'gpt-9') return { error: problem('Malformed', 'items.3.data.model: is odd.') };
    const text = JSON.stringify(data);
    const known = this.settled.get(`${source} ${id}`);
    if (known !== undefined && known.text !== text)
      return { error: problem('IdempotencyConflict', 'It was another before.') };
    const settled = known ?? { text, revision: ++this.revision };
    this.settled.set(`${source} ${id}`, settled);
    const position = `account-demo@${String(settled.revision)}.0`;
    const amounts = { usd: String(data.meters['input_tokens']) };
    const { beyondOverage } = this;
    return { status: known === undefined ? 'settled' : 'duplicate', amounts, beyondOverage, position };
  }

  private answer(subject: string, carryOut: (body: unknown) => object): void {
    this.bus.subscribe(subject, {}, ({ data, reply }) => {
      this.bus.publish(reply ?? '', repliesTo(data, carryOut));
    });
  }

  private answerSlowly(subject: string, method: 'authorize' | 'usage', carryOut: (body: unknown) => object): void {
    let messages = 0;
    this.bus.subscribe(subject, {}, ({ data, reply }) => {
      const bytes = Buffer.from(data);
      const disturbance = this.disturb(method, (messages += 1));
      if (disturbance === 'lost') return;
      if (method === 'authorize') this.atOnce += 1;
      this.authorizationsAtOnceMax = Math.max(this.authorizationsAtOnceMax, this.atOnce);
      const text = repliesTo(bytes, carryOut);
      setTimeout(() => {
        if (method === 'authorize') this.atOnce -= 1;
        if (disturbance === undefined) this.bus.publish(reply ?? '', text);
      }, 3);
    });
  }
}

function repliesTo(data: Uint8Array, carryOut: (body: unknown) => object): string {
  const body = JSON.parse(Buffer.from(data).toString('utf8')) as { readonly items?: readonly unknown[] };
  return JSON.stringify(body.items === undefined ? carryOut(body) : { items: body.items.map(carryOut) });
}
