import type { Authorize } from '../commands.js';
import type { StoredState } from '../stored/stored-state.js';
import type { Answer, Verdict } from './reference-authorize.js';

const HELPED = ['NotEntitled', 'RateLimited', 'LimitReached', 'InsufficientCredits'];

/** What may be done instead of a refused call: each model of its kind is tried as a call of its own. */
export function referenceOthers(
  stored: StoredState,
  command: Authorize,
  { asking, ...refused }: Verdict & { is: 'refused' },
  verdictOf: (request: Authorize) => Verdict,
): Answer {
  const model = command.particulars?.model ?? '';
  const kind = stored.modelKinds?.find(([, models]) => models.includes(model))?.[1] ?? [];
  if (!HELPED.includes(refused.code)) return refused;
  const passing = (command.candidates ?? [])
    .map(({ lines, particulars, beyondRates = [] }) => ({
      model: particulars.model ?? '',
      verdict: verdictOf({ ...command, lines, particulars, beyondRates, accept: 'full' }),
    }))
    .filter((one) => one.model !== model && kind.includes(one.model) && one.verdict.is === 'held');
  const cheaper = passing.find((one) => kind.indexOf(one.model) < kind.indexOf(model));
  if (asking !== undefined && cheaper?.verdict.is === 'held')
    return { ...cheaper.verdict, cheaper: `${cheaper.model} for ${model} by ${asking}` };
  return { ...refused, ...(passing.length > 0 && { others: passing.map((one) => one.model) }) };
}
