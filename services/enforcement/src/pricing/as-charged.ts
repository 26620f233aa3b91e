import type { Correct } from '@exchequer/account';
import type { Replica } from '@exchequer/replica';
import type { FoundCharge } from '../host/find-charge.js';
import { correctedOfOwnKey, payerIn } from './own-key.js';

/** A correction on its way: its charge and its command, once they are known. */
export interface Correcting {
  charge: FoundCharge | undefined;
  command: Correct | undefined;
}

/**
 * What was really used with an own key costs what is charged of that, by the account as it stands when it is decided: while the
 * charge was looked up the account may have left memory. Amounts are taken as they are stated.
 */
export function asCharged<Asked extends Correcting>(asked: Asked, { state }: Pick<Replica, 'state'>) {
  const { charge, command } = asked;
  if (charge?.fact.market === undefined || command?.particulars === undefined || !('lines' in command.to))
    return undefined;
  const made = correctedOfOwnKey(payerIn(state, charge.fact.payer), command.to.lines);
  return { command: { ...command, to: { lines: made.lines }, market: made.market }, asked };
}
