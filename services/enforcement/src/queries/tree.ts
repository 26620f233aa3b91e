import type { NodeState } from '@exchequer/account';
import { BOUNDS, treeSchema, type NodeReply, type TreeBody, type TreeReply } from '@exchequer/contracts';
import { nodeId } from '@exchequer/kernel';
import { formatPosition } from '@exchequer/replica';
import { instant } from '../edge/wire.js';
import type { Glimpse } from '../host/decided.js';
import type { QueryMethod } from '../methods/method.js';
import { nodeReply } from './node-reply.js';
import { unknownAccount, unknownNode } from './unknown.js';

const PAGE = 200;

/** The nodes of a tree, parents before their children and siblings by name, page by page. */
export const treeMethod: QueryMethod<TreeBody> = {
  is: 'query',
  name: 'tree',
  schema: treeSchema,
  prepare: (body) => body,
  answer: (body, { account, state, moment, last, rates }: Glimpse) => {
    if (state.opening === undefined) return unknownAccount(account);
    const top = body.under === undefined ? state.opening.root : state.nodes.get(nodeId(body.under));
    if (top === undefined) return unknownNode(body.under ?? '');
    const size = Math.min(body.limit ?? PAGE, BOUNDS.nodesPerMessageMax);
    const nodes: NodeReply[] = [];
    let next: string | undefined;
    let skipping = body.cursor !== undefined;
    for (const node of inOrder(top, body.archived === true)) {
      if (skipping) {
        skipping = node.id !== body.cursor;
        if (skipping) continue;
      }
      if (nodes.length === size) {
        next = node.id;
        break;
      }
      nodes.push(nodeReply(state, node, moment, rates));
    }
    if (skipping) return unknownNode(body.cursor ?? '');
    const reply: TreeReply = {
      nodes,
      ...(next !== undefined && { next }),
      at: instant(moment.at),
      position: formatPosition(account, last),
    };
    return reply;
  },
};

function* inOrder(node: NodeState, archived: boolean): Iterable<NodeState> {
  if (node.archived && !archived) return;
  yield node;
  const children = [...node.children].sort((a, b) => (a.id < b.id ? -1 : 1));
  for (const child of children) yield* inOrder(child, archived);
}
