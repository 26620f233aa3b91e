import type { Authorize } from '@exchequer/account';
import type { Problem } from '@exchequer/contracts';
import type { Replica } from '@exchequer/replica';
import { atStatedPrices } from '../pricing/at-stated-prices.js';
import { estimated } from './estimate-hold.js';
import type { AuthorizeAsked } from './prepare-authorize.js';

/** The request as the account, as it stands, makes it: at its stated prices where no card has one, or by its estimates. */
export function asDecided(
  asked: AuthorizeAsked,
  account: Pick<Replica, 'state' | 'learned'>,
): { readonly command: Authorize; readonly asked: AuthorizeAsked } | { readonly problem: Problem } | undefined {
  if (asked.noPrice === undefined) return estimated(asked, account);
  const stated = atStatedPrices(account.state, asked.noPrice);
  if (stated === undefined) return asked.noPrice;
  const command: Authorize = { ...asked.command, ...stated };
  return { command, asked: { ...asked, command } };
}
