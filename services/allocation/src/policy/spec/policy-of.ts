import type { Problem } from '@exchequer/contracts';
import { readPolicy, type ReadPolicy } from '../read-policy.js';

/** A policy file that must be readable. */
export function policyOf(text: string): ReadPolicy {
  const policy = readPolicy(text, 'policy.yaml');
  if ('code' in policy) throw new Error(policy.message);
  return policy;
}

/** What is said of a policy file that must not be. */
export function refusalOf(text: string): Problem {
  const policy = readPolicy(text, 'policy.yaml');
  if (!('code' in policy)) throw new Error('it was read');
  return policy;
}
