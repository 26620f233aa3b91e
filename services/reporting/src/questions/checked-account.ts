import { accountText, problem, type ProblemReply } from '@exchequer/contracts';

/** A refusal when the subject ends in no account. */
export function checkedAccount(account: string): ProblemReply | undefined {
  if (accountText.safeParse(account).success) return undefined;
  return { error: problem('Malformed', 'The subject does not end in an account.') };
}
