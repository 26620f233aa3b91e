import { accountText, problem, type ProblemReply } from '@exchequer/contracts';
import type { Ledger } from '@exchequer/ledger';
import { streamOf } from '@exchequer/replica';
import { faultReply } from './fault-reply.js';

/** A refusal when the subject ends in no account's name. */
export function malformedAccount(account: string): ProblemReply | undefined {
  if (accountText.safeParse(account).success) return undefined;
  return { error: problem('Malformed', 'The subject does not end in an account.') };
}

/** A refusal also when the account was never opened: sums of nothing would look like an answer. */
export async function checkedAccount(ledger: Ledger, account: string): Promise<ProblemReply | undefined> {
  const refused = malformedAccount(account);
  if (refused !== undefined) return refused;
  try {
    if ((await ledger.head(streamOf(account))) !== undefined) return undefined;
  } catch (fault) {
    return faultReply(fault);
  }
  const sentence = `There is no account ${account}; apply a policy file that names it to open it.`;
  return { error: problem('UnknownAccount', sentence) };
}
