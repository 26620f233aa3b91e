import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connectExchequer, type Exchequer } from '@exchequer/client';
import { openLedger, type Ledger } from '@exchequer/ledger';
import { openAccount } from '../processes/open-account.js';
import { startStack, type Stack } from '../processes/start-stack.js';

const START_MS = 60_000;
const PATIENCE_MS = 60_000;
const COMES_WITHIN_MS = 30_000;

interface Expired {
  readonly at: number;
  readonly actor: string;
  readonly hold: string;
}

describe('a hold that nobody ends, in an account that nobody asks', () => {
  let stack: Stack;
  let client: Exchequer;
  let ledger: Ledger;

  beforeAll(async () => {
    stack = await startStack(['enforcement', 'meter', 'allocation', 'lifecycle']);
    await openAccount(stack);
    client = await connectExchequer({ servers: stack.nats, account: 'demo' });
    ledger = openLedger(`lmdb:${stack.data}/ledger`);
  }, START_MS);
  afterAll(async () => {
    await ledger.close();
    await client.close();
    await stack.stop();
  }, START_MS);

  const place = async (id: string, holdFor: string): Promise<{ readonly id: string; readonly expiresAt: number }> => {
    const { hold } = await client.authorize({ id, payer: 'project/chat', amounts: { usd: '3' }, holdFor });
    return { id: hold!.id, expiresAt: Date.parse(hold!.expiresAt) };
  };

  /** Reads the ledger, and asks nobody: a question to the owner would itself book what is due. */
  async function expiredIn(): Promise<readonly Expired[]> {
    const expired: Expired[] = [];
    for await (const { bytes } of ledger.read('account-demo', 0)) {
      const { at, commands } = JSON.parse(Buffer.from(bytes).toString()) as {
        readonly at: number;
        readonly commands: readonly { actor: string; facts: readonly { type: string; hold?: string }[] }[];
      };
      for (const { actor, facts } of commands)
        for (const { type, hold } of facts) if (type === 'HoldExpired') expired.push({ at, actor, hold: hold ?? '' });
    }
    return expired;
  }

  async function untilExpired(hold: string): Promise<Expired> {
    for (const beganAt = Date.now(); Date.now() - beganAt < COMES_WITHIN_MS;) {
      const found = (await expiredIn()).find((one) => one.hold === hold);
      if (found !== undefined) return found;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`${hold} never expired\n${stack.service('lifecycle').log()}`);
  }

  const pool = async () => (await client.balance('org')).balances[0];

  it(
    'expires by itself, and its credits are back',
    async () => {
      const hold = await place('short', 'PT1S');
      expect(await pool()).toMatchObject({ available: '9997', held: '3' });
      const { at } = await untilExpired(hold.id);
      expect(at).toBeGreaterThanOrEqual(hold.expiresAt);
      expect(await pool()).toMatchObject({ available: '10000', held: '0' });
    },
    PATIENCE_MS,
  );

  it(
    'expires, too, when lifecycle was killed meanwhile and came back',
    async () => {
      const hold = await place('killed', 'PT2S');
      await stack.service('lifecycle').kill();
      await new Promise((resolve) => setTimeout(resolve, hold.expiresAt - Date.now() + 500));
      expect((await expiredIn()).map((one) => one.hold)).not.toContain(hold.id);
      await stack.restart('lifecycle');
      await untilExpired(hold.id);
      expect(await pool()).toMatchObject({ available: '10000', held: '0' });
    },
    PATIENCE_MS,
  );

  it(
    'expires, too, when its owner was away at its instant',
    async () => {
      const hold = await place('away', 'PT1S');
      await stack.service('enforcement').kill();
      await new Promise((resolve) => setTimeout(resolve, hold.expiresAt - Date.now() + 500));
      await stack.restart('enforcement');
      await untilExpired(hold.id);
      expect((await expiredIn()).filter((one) => one.hold === hold.id)).toHaveLength(1);
    },
    PATIENCE_MS,
  );
});
