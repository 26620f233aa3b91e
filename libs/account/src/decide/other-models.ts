import { totalOf } from '../bag.js';
import type { Authorize, Candidate } from '../commands.js';
import type { AsksForCheaper, Fact } from '../facts.js';
import { isRefusal, type OtherModel, type Refusal } from '../refusal.js';
import { isCheaper, kindOf } from '../rules/model-kinds.js';
import type { AccountState } from '../state/account-state.js';
import type { Decision } from './decision.js';

/** Refusals that the same call with another model may not meet. */
const MAY_DIFFER: ReadonlySet<string> = new Set(['NotEntitled', 'RateLimited', 'LimitReached', 'InsufficientCredits']);

/** Whether it is of use to offer other models to a command that was refused. */
export const mayUseAnother = (refusal: Refusal): boolean => MAY_DIFFER.has(refusal.code);

/**
 * What a refused call may do instead. Where a rule asks for a cheaper model, the first of the candidates that passes
 * everything is held: the whole call, never a part of it. Else the refusal says which of them would pass.
 *
 * @param ask decides a request without candidates.
 */
export function withOtherModels(
  state: AccountState,
  command: Authorize,
  refusal: Refusal,
  ask: (request: Authorize) => Decision,
): Decision {
  const asked = command.particulars?.model;
  if (asked === undefined || !mayUseAnother(refusal)) return refusal;
  const kind = kindOf(state, asked);
  const others = (command.candidates ?? []).filter(
    ({ particulars: { model } }) => model !== undefined && model !== asked && kind.includes(model),
  );
  const { cheaper } = refusal;
  if (cheaper !== undefined)
    for (const candidate of others) {
      if (!isCheaper(kind, candidate.particulars.model ?? '', asked)) continue;
      const decision = ask(requestWith(command, candidate));
      if (!isRefusal(decision)) return decision.map((fact) => held(fact, asked, command, cheaper));
    }
  const passing = others.filter((candidate) => !isRefusal(ask(requestWith(command, candidate))));
  return passing.length === 0 ? refusal : { ...refusal, otherModels: passing.map(offer) };
}

const requestWith = (
  { payer, nodes, holdForMs }: Authorize,
  { lines, particulars, ...verdict }: Candidate,
): Authorize => ({
  type: 'authorize',
  ...(payer !== undefined && { payer }),
  nodes,
  lines,
  accept: 'full',
  holdForMs,
  particulars,
  ...verdict,
});

const held = (fact: Fact, model: string, { lines }: Authorize, asking: AsksForCheaper): Fact =>
  fact.type === 'HoldPlaced' ? { ...fact, insteadOf: { model, lines, ...asking } } : fact;

const offer = ({ particulars, lines }: Candidate): OtherModel => ({
  model: particulars.model ?? '',
  amounts: totalOf(lines),
});
