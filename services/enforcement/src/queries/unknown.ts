import { problem, type ProblemReply } from '@exchequer/contracts';

export const unknownAccount = (account: string): ProblemReply => ({
  error: problem('UnknownAccount', `There is no account ${account}; apply a policy file that names it to open it.`),
});

export const unknownNode = (node: string): ProblemReply => ({
  error: problem('UnknownNode', `There is no node ${node} in this account.`),
});
