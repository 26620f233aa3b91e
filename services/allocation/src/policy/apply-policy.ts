import type { RequestClient } from '@exchequer/bus';
import type { BusContext } from '@exchequer/bus/nest';
import { idText, isProblemReply, malformed, type Problem } from '@exchequer/contracts';
import { z } from 'zod';
import { askOwner } from '../ask-owner.js';
import { placeRefusal } from './place-refusal.js';
import { toConfigure } from './to-configure.js';
import { policyProblem, readPolicy, type ReadPolicy } from './read-policy.js';

/** A policy file on its way: its text, and its name for what is said of it. */
const policyRequest = z.strictObject({
  id: idText,
  text: z.string().max(900_000, 'is longer than 900000 characters; apply it in parts'),
  fileName: z.string().min(1).max(256).optional(),
});

/** Shows what a policy file would change (`plan`), or makes it so in one step (`apply`). */
export async function applyPolicy(
  requests: RequestClient,
  kind: 'plan' | 'apply',
  body: unknown,
  context: BusContext,
): Promise<object> {
  const parsed = policyRequest.safeParse(body);
  if (!parsed.success) return { error: malformed(parsed.error) };
  const { id, text, fileName = 'policy' } = parsed.data;
  const read = readPolicy(text, fileName);
  if ('code' in read) return { error: read };
  const fault = accountFault(read, fileName, context.lastToken);
  if (fault !== undefined) return { error: fault };
  const configure = { ...toConfigure(read.policy, id), ...(kind === 'plan' && { dryRun: true }) };
  const reply = await askOwner(requests, 'configure', configure, context);
  return isProblemReply(reply) ? { error: placeRefusal(reply.error, read, fileName) } : reply;
}

function accountFault({ policy, placeOf }: ReadPolicy, fileName: string, account: string): Problem | undefined {
  if (policy.account === account) return undefined;
  const message = `account: the file is for ${policy.account} and was sent to ${account}; name the same account in both.`;
  return policyProblem(fileName, placeOf(['account']), message);
}
