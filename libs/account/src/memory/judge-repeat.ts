import type { Instant } from '@exchequer/kernel';
import { COMMAND_KNOWN_MS, USAGE_KNOWN_MS } from './command-memory.js';
import type { IdKind } from './id-part.js';

/** What is needed of a stored command to tell a repeat. */
export interface Remembered {
  readonly id: string;
  readonly contentHash: string;
  /** When it was accepted. */
  readonly at: Instant;
}

/**
 * `repeat`: the same command again; give the first reply. `conflict`: the same id with other content. `new`: another id,
 * or one that is so old that it may be used again.
 */
export type Judgement = 'repeat' | 'conflict' | 'new';

/** Compares a command with the record that its id led to. */
export function judgeRepeat(kind: IdKind, command: Omit<Remembered, 'at'>, record: Remembered, at: Instant): Judgement {
  const knownMs = kind === 'usage' ? USAGE_KNOWN_MS : COMMAND_KNOWN_MS;
  if (record.id !== command.id || record.at + knownMs <= at) return 'new';
  return record.contentHash === command.contentHash ? 'repeat' : 'conflict';
}
