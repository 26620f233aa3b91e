import type { Refusal } from '@exchequer/account';
import { problem, type ProblemReply } from '@exchequer/contracts';
import { amountsOf, bindingOf } from './wire.js';

/** A refused command as an error: its code, its sentence, and what is known of the reason. */
export function refusalReply(refusal: Refusal): ProblemReply {
  const { code, message, path, binding, rule, asked } = refusal;
  const details = {
    ...(path !== undefined && { path }),
    ...(binding !== undefined && { binding: bindingOf(binding) }),
    ...(rule !== undefined && { binding: rule }),
    ...(asked !== undefined && { asked: amountsOf(asked) }),
  };
  return { error: Object.keys(details).length === 0 ? problem(code, message) : problem(code, message, details) };
}
