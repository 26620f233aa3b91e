import type { Command } from '../../commands.js';

/** What the plain account knows of each command. */
const COMMANDS: Readonly<Record<string, readonly string[]>> = {
  authorize: ['payer', 'nodes', 'lines', 'accept', 'holdForMs', 'particulars'],
  capture: ['hold', 'lines', 'usedAt', 'particulars'],
  void: ['hold'],
  extend: ['hold', 'holdForMs'],
  record: ['payer', 'nodes', 'hold', 'usage', 'unpriced', 'lines', 'usedAt', 'particulars'],
  grant: ['node', 'currency', 'amount', 'layer', 'priority', 'startsAt', 'expiresAt', 'paid', 'note'],
  transfer: ['from', 'to', 'currency', 'amount', 'note'],
  configure: ['account', 'currencies', 'nodes', 'archive'],
  pause: ['node', 'actor', 'reason', 'below'],
  resume: ['node'],
  advance: [],
};

const NODE = ['node', 'kind', 'parent', 'pooling', 'limits', 'overage', 'captureBeyond'];
const LIMIT = ['name', 'currency', 'amount', 'window', 'scope', 'usedAtStart'];
const WINDOWS = ['calendar', 'rolling', 'lifetime'];
const SCOPES = ['models', 'meters', 'tags', 'features', 'taskTypes'];

/** A command with nothing but what the plain account knows, or undefined when it does not know its kind. */
export function plainly(command: Command): Command | undefined {
  const known = COMMANDS[command.type];
  if (known === undefined) return undefined;
  const plain = only(command, ['type', ...known]);
  if (plain.type !== 'configure') return plain;
  return {
    ...plain,
    nodes: plain.nodes.map((node) => ({
      ...only(node, NODE),
      limits: node.limits
        .filter((limit) => WINDOWS.includes(limit.window.kind) && typeof limit.amount === 'bigint')
        .map((limit) => ({
          ...only(limit, LIMIT),
          ...(limit.scope !== undefined && { scope: only(limit.scope, SCOPES) }),
        })),
    })),
  };
}

const only = <Fields extends object>(fields: Fields, names: readonly string[]): Fields =>
  Object.fromEntries(Object.entries(fields).filter(([name]) => names.includes(name))) as Fields;
