import { kindOf, mayUseAnother, type Authorize, type Candidate, type Command, type Refusal } from '@exchequer/account';
import type { EstimatedUse } from '@exchequer/contracts';
import type { Asking } from '../host/decided.js';
import { asDecided } from './as-decided.js';
import { PRICE_MISSING } from './method.js';
import { prepareAuthorize, type AuthorizeAsked } from './prepare-authorize.js';

type Account = Pick<Asking, 'state' | 'learned'>;

/**
 * A refused call with every other model of its kind, priced as the call itself was; undefined where there is none, or where
 * another model makes no difference. Models without a price are left out. A kind has a few models at most, and only
 * refusals come here.
 */
export function withCandidates(
  command: Command,
  refusal: Refusal,
  asked: AuthorizeAsked,
  account: Account,
): Authorize | undefined {
  const { body } = asked;
  if (command.type !== 'authorize') return undefined;
  if (account.state.modelKinds.size === 0 || body.use === undefined || !mayUseAnother(refusal)) return undefined;
  const { use } = body;
  const candidates = kindOf(account.state, use.model).flatMap((model) =>
    model === use.model ? [] : (candidateFor(model, asked, use, account) ?? []),
  );
  return candidates.length === 0 ? undefined : { ...command, candidates };
}

function candidateFor(
  model: string,
  { body, context }: AuthorizeAsked,
  use: EstimatedUse,
  account: Account,
): Candidate | undefined {
  if (context === undefined) return undefined;
  // Not the provider: it is that of the model which was asked for.
  const { meters, serviceTier } = use;
  const other = { model, meters, ...(serviceTier !== undefined && { serviceTier }) };
  const prepared = prepareAuthorize({ ...body, use: other }, context, true);
  if (prepared === PRICE_MISSING || prepared.asked.noPrice !== undefined) return undefined;
  const made = asDecided(prepared.asked, account) ?? prepared.asked;
  if ('problem' in made) return undefined;
  const { lines, particulars, market } = made.command;
  return particulars === undefined ? undefined : { lines, particulars, ...(market !== undefined && { market }) };
}
