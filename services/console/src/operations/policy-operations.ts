import { SUBJECTS } from '@exchequer/contracts';
import { z } from 'zod';
import { callerOf } from './caller.js';
import type { Incoming, Operation } from './operation.js';
import { accountIn, readBody } from './read-body.js';

const policySchema = z.strictObject({
  id: z.string(),
  /** The policy file, YAML. */
  text: z.string(),
  /** How faults name the file: `policy.yaml:12:7`. */
  fileName: z.string().optional(),
});

const YAML = 'application/yaml';

/** Policy files: what they would change, and making it so. A file may be sent as it is, as application/yaml. */
export const POLICY: readonly Operation[] = [
  policyOperation('plan', 'What a policy file would change; changes nothing'),
  policyOperation('apply', 'Make a policy file so, in one step; twice changes nothing'),
];

function policyOperation(kind: 'plan' | 'apply', summary: string): Operation {
  const operation: Operation = {
    id: `${kind}Policy`,
    method: 'POST',
    path: `/v1/accounts/{account}/policy/${kind}`,
    tag: 'Allocate',
    summary,
    takes: policySchema,
    mediaTypes: { [YAML]: 'The policy file as it is. Idempotency-Key names the request.' },
    hasId: true,
    replies: 'Configuration',
    handle: async (incoming, asking) => {
      const subject = SUBJECTS.allocation(kind, accountIn(incoming.parameters['account']));
      const body = readBody(kind === 'plan' ? withId(withText(incoming)) : withText(incoming), operation);
      return { status: 200, body: await asking.bytes(subject, body, callerOf(incoming.headers, asking.now())) };
    },
  };
  return operation;
}

const withText = (incoming: Incoming): Incoming =>
  typeof incoming.body === 'string' ? { ...incoming, body: { text: incoming.body } } : incoming;

/** A plan changes nothing, so that nobody has to name it. */
const withId = (incoming: Incoming): Incoming =>
  typeof incoming.body === 'object' && incoming.body !== null && incoming.headers['idempotency-key'] === undefined
    ? { ...incoming, body: { id: 'plan', ...incoming.body } }
    : incoming;
