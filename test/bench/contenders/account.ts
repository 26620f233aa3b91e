import {
  AccountState,
  decide,
  evolve,
  isRefusal,
  nextDue,
  type Authorize,
  type Command,
  type Configure,
  type NodePolicy,
} from '@exchequer/account';
import { createCalendar } from '@exchequer/calendar';
import { accountId, amount, currencyId, limitName, nodeId, units, type NodeId } from '@exchequer/kernel';

const CREDIT = currencyId('credit');
const DAILY = { kind: 'calendar', unit: 'day', zone: 'UTC', anchor: '2001-01-01T00:00' } as const;

export interface AccountShape {
  /** Nodes from the root to the payer. */
  readonly depth: number;
  readonly nodes: number;
  readonly openHolds: number;
}

/** An account in this process, without ledger and bus: what a decision costs by itself. */
export class BareAccount {
  readonly state = new AccountState();
  readonly payer: NodeId;
  private readonly calendar = createCalendar();
  private at = Date.UTC(2026, 10, 21, 10);

  constructor({ depth, nodes, openHolds }: AccountShape) {
    const chain = Array.from({ length: depth }, (_, index) => nodeId(index === 0 ? 'org' : `level/${String(index)}`));
    this.payer = chain.at(-1) ?? nodeId('org');
    this.do(this.configure(chain.map((id, index) => this.nodeOf(id, chain[index - 1]))));
    this.addNodes(nodes - depth);
    this.do({
      type: 'grant',
      node: nodeId('org'),
      currency: CREDIT,
      amount: units(1_000_000_000n),
      layer: 'purchased',
    });
    for (let placed = 0; placed < openHolds; placed += 1) this.do(this.authorize());
  }

  /** Adds nodes under the root that no request names; as facts, since a message names at most 10,000. */
  addNodes(count: number): void {
    const first = this.state.nodes.size;
    for (let made = 0; made < count; made += 1) {
      const node = nodeId(`user/${String(first + made)}`);
      const fact = {
        type: 'NodeAdded',
        node,
        kind: 'user',
        parent: nodeId('org'),
        pooling: 'own-then-parent',
      } as const;
      evolve(this.state, fact, this.at);
    }
  }

  /** A hold is decided and applied. */
  hold(): void {
    this.do(this.authorize());
  }

  /** A hold is decided, applied and given back, so that as many are open afterwards as before. */
  cycle(): void {
    const id = this.do(this.authorize());
    if (id !== undefined) this.do({ type: 'void', hold: id });
  }

  private do(command: Command) {
    this.at += 1;
    for (let due = nextDue(this.state, this.at); due !== undefined; due = nextDue(this.state, this.at))
      for (const fact of due.facts) evolve(this.state, fact, this.at);
    const decision = decide(this.state, command, { at: this.at, calendar: this.calendar });
    if (isRefusal(decision)) throw new Error(decision.message);
    for (const fact of decision) evolve(this.state, fact, this.at);
    const placed = decision.find((fact) => fact.type === 'HoldPlaced');
    return placed?.type === 'HoldPlaced' ? placed.hold : undefined;
  }

  private authorize(): Authorize {
    return {
      type: 'authorize',
      payer: this.payer,
      nodes: [],
      lines: [{ currency: CREDIT, amount: amount(1_000_000n) }],
      accept: 'full',
      holdForMs: 86_400_000,
    };
  }

  private configure(nodes: readonly NodePolicy[]): Configure {
    const currencies = [{ currency: CREDIT, display: 2 }];
    return { type: 'configure', account: accountId('bench'), currencies, nodes, archive: [] };
  }

  private nodeOf(id: NodeId, parent: NodeId | undefined): NodePolicy {
    const limit = { name: limitName('daily'), currency: CREDIT, amount: units(1_000_000_000n), window: DAILY };
    return {
      node: id,
      ...(parent === undefined ? { kind: 'organization' } : { parent, pooling: 'parent' as const }),
      limits: [limit],
      overage: [],
    };
  }
}
