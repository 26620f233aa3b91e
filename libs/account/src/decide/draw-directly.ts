import type { CreditsDrawn, Fact } from '../facts.js';
import { movedChain } from '../corrections/charge-chain.js';
import type { AccountState } from '../state/account-state.js';
import type { Chain } from '../tree/chain.js';
import { awaitAnew, chargeOrAwait } from './await-outcome.js';
import { bookCharge } from './book-charge.js';
import { payCost, type Used } from './charge.js';
import type { Moment } from './decision.js';

/** Usage that no open hold is for is drawn directly, or set aside until the outcome of its task is told. */
export const drawDirectly = (
  state: AccountState,
  chain: Chain,
  meant: Pick<CreditsDrawn, 'hold' | 'late'>,
  used: Used,
  moment: Moment,
): readonly Fact[] =>
  chargeOrAwait(
    state,
    chain,
    used,
    moment,
    () => drawNow(state, chain, meant, used, moment),
    (wait) => awaitAnew(state, chain, meant, used, wait, moment),
  );

function drawNow(
  state: AccountState,
  chain: Chain,
  meant: Pick<CreditsDrawn, 'hold' | 'late'>,
  used: Used,
  moment: Moment,
): readonly Fact[] {
  const drawn: CreditsDrawn = {
    type: 'CreditsDrawn',
    payer: chain.payer.id,
    nodes: chain.nodes,
    ...meant,
    ...movedChain(state, chain),
    number: state.nextCharge,
    ...used,
    ...payCost(state, chain.payer, used.amounts, 'draw', moment.at, used.particulars),
  };
  return bookCharge(state, chain, drawn, moment);
}
