import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { isProblemReply, type AuthorizationReply } from '@exchequer/contracts';
import { openLedger, type Ledger } from '@exchequer/ledger';
import { createScratchDirectory, type ScratchDirectory } from '@exchequer/testing';
import fc from 'fast-check';
import type { Method } from '../edge/intake.js';
import { authorizeMethod } from '../methods/authorize.js';
import { captureMethod } from '../methods/capture.js';
import { configureMethod } from '../methods/configure.js';
import { grantMethod } from '../methods/fund.js';
import { voidMethod } from '../methods/hold-end.js';
import { Office } from './office.js';

const METHODS = { authorize: authorizeMethod, capture: captureMethod, grant: grantMethod, void: voidMethod } as const;

interface Sent {
  readonly method: keyof typeof METHODS;
  readonly id: string;
  readonly amount: string;
  /** Which of the holds that were placed so far. */
  readonly hold: number;
  /** The process ends and another one takes the account over before this. */
  readonly restarts: boolean;
}

/** Few ids, methods and amounts, so that repeats and conflicts are common. */
const messages = fc.array(
  fc.record<Sent>({
    method: fc.constantFrom('authorize', 'authorize', 'capture', 'grant', 'void'),
    id: fc.constantFrom('a', 'b', 'c', 'd'),
    amount: fc.constantFrom('1', '2'),
    hold: fc.nat({ max: 1 }),
    restarts: fc.nat({ max: 5 }).map((face) => face === 0),
  }),
  { maxLength: 14 },
);

let scratch: ScratchDirectory;
let ledger: Ledger;

beforeEach(async () => {
  scratch = await createScratchDirectory();
  ledger = openLedger(`lmdb:${scratch.path}`);
});

afterEach(async () => {
  await ledger.close();
  await scratch.remove();
});

/** The account of one run, and what was accepted in it under each id. */
class Run {
  private office: Office;
  private readonly holds: string[] = [];
  private readonly accepted = new Map<string, { readonly content: string; readonly reply: object }>();

  constructor(private readonly account: string) {
    this.office = new Office(ledger);
  }

  async open(): Promise<void> {
    const nodes = [{ id: 'org', kind: 'organization' }];
    await this.office.must(configureMethod, this.account, { id: 'z1', currencies: { usd: { display: 2 } }, nodes });
    await this.office.must(grantMethod, this.account, { id: 'z2', node: 'org', amount: '4', currency: 'usd' });
  }

  /** Sends a message and holds its answer against what the rule says of its id. */
  async send(sent: Sent): Promise<void> {
    if (sent.restarts) {
      await this.office.close();
      this.office = new Office(ledger);
    }
    const method: Method = METHODS[sent.method];
    const body = this.bodyOf(sent);
    const content = JSON.stringify([sent.method, body]);
    const before = await ledger.head(`account-${this.account}`);
    const { body: reply, problem } = await this.office.ask(method, this.account, body);
    const after = await ledger.head(`account-${this.account}`);
    const known = this.accepted.get(sent.id);
    if (known !== undefined) {
      if (known.content === content) expect(reply).toEqual({ ...known.reply, repeated: true });
      else expect(problem?.code).toBe('IdempotencyConflict');
      expect(after).toEqual(before);
    } else if (isProblemReply(reply) || (reply as AuthorizationReply).decision === 'denied')
      expect(after).toEqual(before);
    else {
      expect(reply).not.toHaveProperty('repeated');
      this.accepted.set(sent.id, { content, reply: reply as object });
      const hold = (reply as AuthorizationReply).hold;
      if (sent.method === 'authorize' && hold !== undefined) this.holds.push(hold.id);
    }
  }

  close(): Promise<void> {
    return this.office.close();
  }

  private bodyOf({ method, id, amount, hold }: Sent): object {
    const named = this.holds[hold] ?? 'h-9-9';
    switch (method) {
      case 'authorize':
        return { id, payer: 'org', amounts: { usd: amount } };
      case 'capture':
        return { id, hold: named, amounts: { usd: amount } };
      case 'grant':
        return { id, node: 'org', amount, currency: 'usd' };
      case 'void':
        return { id, hold: named };
    }
  }
}

describe('I5: an accepted request', () => {
  it('gets its first reply again, any other under its id is a conflict, and neither writes anything', async () => {
    let count = 0;
    await fc.assert(
      fc.asyncProperty(messages, async (sent) => {
        const run = new Run(`acme-${String((count += 1))}`);
        await run.open();
        for (const message of sent) await run.send(message);
        await run.close();
      }),
      { numRuns: 40 },
    );
  }, 60_000);
});
