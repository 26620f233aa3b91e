import type { z } from 'zod';
import { callerOf } from './caller.js';
import type { Operation } from './operation.js';
import { queryKinds, readQuery } from './read-query.js';
import { accountIn, readBody } from './read-body.js';

type Stated = Omit<Operation, 'handle' | 'method'>;

/** A POST that one method on NATS answers. */
export function command(stated: Stated & { readonly subject: (account: string) => string }): Operation {
  const { subject, ...rest } = stated;
  const operation: Operation = {
    ...rest,
    method: 'POST',
    handle: async (incoming, asking) => {
      const to = subject(accountOf(incoming.parameters));
      const body = readBody(incoming, operation);
      const caller = callerOf(incoming.headers, asking.now());
      return { status: rest.status ?? 200, body: await asking.bytes(to, body, caller) };
    },
  };
  return operation;
}

/** A GET that one method on NATS answers, its query being the body there. */
export function question(
  stated: Stated & { readonly subject: (account: string) => string; readonly takes: z.ZodType },
): Operation {
  const { subject, ...rest } = stated;
  const kinds = queryKinds(rest.takes);
  return {
    ...rest,
    method: 'GET',
    handle: async (incoming, asking) => {
      const to = subject(accountOf(incoming.parameters));
      const body = readQuery(incoming.query, kinds);
      return { status: 200, body: await asking.bytes(to, body, callerOf(incoming.headers, asking.now())) };
    },
  };
}

/** Paths without an account are of what all accounts share, such as prices. */
const accountOf = ({ account }: Readonly<Record<string, string>>): string =>
  account === undefined ? '' : accountIn(account);
