import type { DescribeReply, NodeReply, TreeReply } from '@exchequer/contracts';
import { getJson } from './api.js';

const PAGE_NODES = 500;
const HOLDS_SHOWN = 20;

/** An account as the page has it. */
export interface AccountData {
  readonly about: DescribeReply;
  readonly nodes: readonly NodeReply[];
  /** There are more nodes than were asked for. */
  readonly isCut: boolean;
}

export const accountPath = (account: string): string => `/v1/accounts/${encodeURIComponent(account)}`;

/** Loads an account, with as many pages of its tree as are wanted. @throws ApiProblem */
export async function loadAccount(account: string, pages: number): Promise<AccountData> {
  const path = accountPath(account);
  const [about, tree] = await Promise.all([
    getJson<DescribeReply>(path, { holds: String(HOLDS_SHOWN) }),
    loadNodes(path, pages),
  ]);
  return { about, ...tree };
}

async function loadNodes(path: string, pages: number): Promise<Pick<AccountData, 'nodes' | 'isCut'>> {
  const nodes: NodeReply[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < pages; page += 1) {
    const query = { limit: String(PAGE_NODES), ...(cursor !== undefined && { cursor }) };
    const reply: TreeReply = await getJson<TreeReply>(`${path}/tree`, query);
    nodes.push(...reply.nodes);
    cursor = reply.next;
    if (cursor === undefined) break;
  }
  return { nodes, isCut: cursor !== undefined };
}
