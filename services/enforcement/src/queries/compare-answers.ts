import { COMPARED_PARTS, type AnswerThen, type AuthorizationReply, type ExplainReply } from '@exchequer/contracts';
import { canonicalText } from '../edge/content-hash.js';

/**
 * What is to be added to an explanation when the answer of now is not the answer of then: a rule, or the way a rule is
 * read, has changed between the two releases. Only parts that are known of then are compared.
 */
export function differenceFrom(
  then: AnswerThen | undefined,
  now: AuthorizationReply,
): Pick<ExplainReply, 'differsIn' | 'then'> {
  if (then === undefined) return {};
  const differsIn = COMPARED_PARTS.filter((part) => then[part] !== undefined && !isSame(then[part], now[part]));
  return differsIn.length === 0 ? {} : { differsIn, then };
}

const isSame = (one: unknown, other: unknown): boolean => canonicalText(one ?? null) === canonicalText(other ?? null);
