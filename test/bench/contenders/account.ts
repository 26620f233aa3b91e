import {
  AccountState,
  CommandMemory,
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
  /** Lots at the root; a hold draws on the first. */
  readonly lots: number;
  /** Ids of commands that are remembered. */
  readonly ids: number;
  /** Nodes beside the chain that credits of the root are kept for. */
  readonly reserves: number;
}

/** An account in this process with its memory of ids, without ledger and bus: what a decision costs by itself. */
export class BareAccount {
  readonly state = new AccountState();
  readonly payer: NodeId;
  private readonly memory = new CommandMemory();
  private readonly calendar = createCalendar();
  private asked = 0;
  private at = Date.UTC(2026, 10, 21, 10);

  constructor({ depth, nodes, openHolds, lots, ids, reserves }: AccountShape) {
    const chain = Array.from({ length: depth }, (_, index) => nodeId(index === 0 ? 'org' : `level/${String(index)}`));
    this.payer = chain.at(-1) ?? nodeId('org');
    this.do(this.configure(chain.map((id, index) => this.nodeOf(id, chain[index - 1]))));
    this.addNodes(nodes - depth);
    this.keepFor(reserves);
    for (let granted = 0; granted < lots; granted += 1)
      this.do({
        type: 'grant',
        node: nodeId('org'),
        currency: CREDIT,
        amount: units(granted === 0 ? 1_000_000_000n : 1n),
        layer: 'purchased',
      });
    for (let id = 0; id < ids; id += 1) this.isNew(`before ${String(id)}`);
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

  /** Gives the last so many nodes a reserve in the root. */
  private keepFor(count: number): void {
    const nodes = Array.from(this.state.nodes.keys()).slice(-count);
    for (const node of count === 0 ? [] : nodes)
      evolve(this.state, { type: 'PoolRulesSet', node, currency: CREDIT, reserve: units(1n) }, this.at);
  }

  /** A hold is decided and applied. */
  hold(): void {
    this.do(this.authorize());
  }

  /** A hold is decided, applied and given back, so that as many are open afterwards as before. */
  cycle(): void {
    this.asked += 1;
    if (!this.isNew(`call ${String(this.asked)}`)) throw new Error('an id came twice');
    const id = this.do(this.authorize());
    if (id !== undefined) this.do({ type: 'void', hold: id });
  }

  /** Asks the memory for an id and remembers it. */
  private isNew(id: string): boolean {
    const { memory, at } = this;
    const known = memory.candidates('command', id);
    memory.remember('command', id, { revision: at % 1_000_000, index: 0 }, at);
    return known.length === 0 && memory.elsewhere('command', id).length === 0;
  }

  private do(command: Command) {
    this.at += 1;
    const moment = { at: this.at, calendar: this.calendar };
    for (let due = nextDue(this.state, moment); due !== undefined; due = nextDue(this.state, moment))
      for (const fact of due.facts) evolve(this.state, fact, this.at);
    const decision = decide(this.state, command, moment);
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
