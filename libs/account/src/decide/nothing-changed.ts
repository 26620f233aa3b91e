import type { Command } from '../commands.js';
import type { NothingChanged } from '../facts.js';
import type { AccountState } from '../state/account-state.js';

/**
 * What is written of a command that was accepted and brought about no facts, so that its id is known. Nothing of those that the
 * account's host sends by itself: they look anew at what is there, and nobody keeps their replies.
 */
export function nothingChanged(state: AccountState, command: Command): readonly NothingChanged[] {
  if (command.type === 'advance') return [];
  if (command.type !== 'correct') return [{ type: 'NothingChanged' }];
  if (command.priceCame === true) return [];
  const amounts = state.corrected.get(command.of)?.amounts ?? command.original?.fact.amounts;
  return [{ type: 'NothingChanged', of: command.of, ...(amounts !== undefined && { amounts }) }];
}
