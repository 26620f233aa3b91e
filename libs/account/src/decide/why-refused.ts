import { formatAmount, type Instant } from '@exchequer/kernel';
import { amountIn } from '../bag.js';
import type { Authorize } from '../commands.js';
import type { Binding } from '../facts.js';
import { bindingOf, blocksNow, type LimitVerdict } from '../limits/check-limits.js';
import type { Scoped } from '../limits/scope.js';
import { spendableOn } from '../lots/plan-draw.js';
import { isCritical } from '../overage/plan-overage.js';
import { withheld } from '../pools/pool-binding.js';
import type { Refusal } from '../refusal.js';
import type { LimitState } from '../state/limit-state.js';
import type { Chain } from '../tree/chain.js';
import type { Asked } from './asked.js';
import type { Moment } from './decision.js';
import type { FundsVerdict } from './funds-verdict.js';

/** The refusal of a request that a limit does not let pass. */
export function limitReached({ binding }: LimitVerdict, request: Scoped, moment: Moment): Refusal {
  if (binding === undefined) throw new Error('no limit was reached');
  const bound = bindingOf(binding, request, moment);
  const asked = formatAmount(amountIn(request.amounts, binding.currency));
  return {
    code: 'LimitReached',
    message: `The limit ${binding.name} of ${binding.node.id}${layersOf(binding)} ${stateOf(binding, bound, asked, blocksNow(binding, request, moment))}; ${resetOfLimit(binding, bound)}.`,
    binding: bound,
    ...(bound.resetsAt !== undefined && { resetsAt: bound.resetsAt }),
  };
}

function layersOf({ selection }: LimitState): string {
  return selection?.layers === undefined ? '' : `, which counts what ${[...selection.layers].join(' and ')} pays,`;
}

const stateOf = ({ currency }: LimitState, { remaining }: Binding, asked: string, blocks: boolean): string =>
  blocks
    ? 'is used up and blocks all currencies'
    : `has ${formatAmount(remaining)} ${currency} left and ${asked} was asked`;

function resetOfLimit({ window, pace }: LimitState, { resetsAt }: Binding): string {
  if (resetsAt !== undefined) {
    const happens =
      window.kind === 'sliding' ? 'enough falls out of it' : pace === undefined ? 'it resets' : 'enough is released';
    return `${happens} at ${new Date(resetsAt).toISOString()}`;
  }
  if (window.kind === 'sliding') return 'so much never fits beside what it holds';
  return window.kind === 'lifetime' ? 'it does not reset' : 'its window has not begun';
}

/** The refusal of a request that the funds do not cover. */
export function insufficient({ chain, request, moment: { at } }: Asked, { binding, cut }: FundsVerdict): Refusal {
  const { amounts: asked, particulars } = request;
  if (binding === undefined) throw new Error('funds were sufficient');
  const { node, currency } = binding;
  if (chain.payer.session !== undefined)
    return {
      code: 'InsufficientCredits',
      message: `The reserve of ${node} has ${formatAmount(binding.remaining)} ${currency} left and ${formatAmount(amountIn(asked, currency))} was asked; ask for less, or open a session with a larger reserve.`,
      binding,
    };
  if (cut !== undefined) return withheld(chain, amountIn(asked, currency), binding, cut, at);
  const path = chain.fundingPath.map((node) => node.id).join(', ');
  return {
    code: 'InsufficientCredits',
    message: `${chain.payer.id} can spend ${formatAmount(binding.remaining)} ${binding.currency} (from ${path}) and ${formatAmount(amountIn(asked, binding.currency))} was asked; grant or transfer credits to one of these nodes.${ifCritical(chain, particulars, binding, at)}`,
    binding,
  };
}

/** What more there would be, were the work marked critical. */
function ifCritical(
  chain: Chain,
  particulars: Authorize['particulars'],
  { currency, remaining }: Binding,
  at: Instant,
): string {
  if (isCritical(particulars)) return '';
  const then = spendableOn(chain, currency, at, true);
  return then === remaining ? '' : ` Work that is marked critical can spend ${formatAmount(then)} ${currency}.`;
}
