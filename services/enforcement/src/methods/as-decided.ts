import type { Authorize } from '@exchequer/account';
import type { Problem } from '@exchequer/contracts';
import type { Replica } from '@exchequer/replica';
import { atStatedPrices } from '../pricing/at-stated-prices.js';
import { ofOwnKey, payerIn } from '../pricing/own-key.js';
import { estimated } from './estimate-hold.js';
import type { AuthorizeAsked } from './prepare-authorize.js';

interface Made {
  readonly command: Authorize;
  readonly asked: AuthorizeAsked;
}

/**
 * The request as the account, as it stands, makes it: at its stated prices where no card has one, or by its estimates; of a
 * call with the caller's own key what is charged.
 */
export function asDecided(
  asked: AuthorizeAsked,
  account: Pick<Replica, 'state' | 'learned'>,
): Made | { readonly problem: Problem } | undefined {
  const { state } = account;
  const priced = asked.noPrice === undefined ? estimated(asked, account) : stated(asked, state);
  if (state.ownKeyPolicies === 0 || (priced !== undefined && 'problem' in priced)) return priced;
  const { command } = priced ?? asked;
  const charged = ofOwnKey(payerIn(state, command.payer), command.particulars?.credentialType, command.lines);
  return charged === undefined ? priced : made(asked, { ...command, ...charged });
}

function stated(asked: AuthorizeAsked, state: Replica['state']): Made | { readonly problem: Problem } | undefined {
  if (asked.noPrice === undefined) return undefined;
  const cost = atStatedPrices(state, asked.noPrice);
  return cost === undefined ? asked.noPrice : made(asked, { ...asked.command, ...cost });
}

const made = (asked: AuthorizeAsked, command: Authorize): Made => ({ command, asked: { ...asked, command } });
