import type { NodePolicy } from '../commands.js';
import { refuse, type Refusal } from '../refusal.js';

/** What is wrong with the notices of a node before its lots end, if anything is. */
export function faultOfNotices({ node, expiryNoticeMs = [] }: NodePolicy, path: string): Refusal | undefined {
  const where = `${path}.expiryNotice`;
  if (expiryNoticeMs.some((beforeMs) => beforeMs < 1))
    return refuse('Malformed', `${node} must be told before its lots end, not when they do.`, where);
  if (new Set(expiryNoticeMs).size < expiryNoticeMs.length)
    return refuse('Malformed', `${node} states the same notice twice.`, where);
  return undefined;
}
