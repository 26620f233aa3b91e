import { problem, type Problem } from '@exchequer/contracts';
import { pathInPolicy } from './policy-path.js';
import { policyProblem, type ReadPolicy } from './read-policy.js';

/** A refusal by the account's owner, with the place in the file that it is about, and in the words of the file. */
export function placeRefusal(error: Problem, { policy, placeOf, statedPart }: ReadPolicy, fileName: string): Problem {
  const { field, path = field } = error.details ?? {};
  if (typeof path !== 'string') return error;
  const stated = statedPart(pathInPolicy(policy, path));
  const name = stated.map(String).join('.');
  const about = `${path}: `;
  const said = error.message.startsWith(about)
    ? `${name === '' ? 'the policy' : name}: ${error.message.slice(about.length)}`
    : error.message;
  const place = placeOf(stated);
  return problem(error.code, policyProblem(fileName, place, said).message, { ...place, path: name });
}
