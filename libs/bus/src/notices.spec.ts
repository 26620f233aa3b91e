import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startNats, type RunningNats } from '@exchequer/testing';
import type { Bus } from './bus.js';
import { connectBus } from './connect-bus.js';
import { followLedgerNotices, LedgerNotices, type LedgerNotice } from './notices.js';

describe('notices of the ledger', () => {
  let server: RunningNats;
  let bus: Bus;

  beforeAll(async () => {
    server = await startNats();
    bus = await connectBus({ servers: server.url, name: 'spec' });
  });
  afterAll(async () => {
    await bus.close();
    await server.stop();
  });

  const hear = async (account: string, count: number, say: () => void): Promise<readonly LedgerNotice[]> => {
    const heard: LedgerNotice[] = [];
    let enough: () => void = () => undefined;
    const all = new Promise<void>((resolve) => (enough = resolve));
    const subscription = followLedgerNotices(bus, account, (notice) => {
      if (heard.push(notice) === count) enough();
    });
    await bus.flush();
    say();
    await all;
    await subscription.drain();
    return heard;
  };

  it('travel as one for each account, with the newest position', async () => {
    const notices = new LedgerNotices(bus);
    const heard = await hear('*', 2, () => {
      for (const position of [5n, 9n, 7n]) notices.announce('acme', position);
      notices.announce('globex', 18_446_744_073_709_551_615n);
    });
    expect(heard).toEqual([
      { account: 'acme', position: 9n },
      { account: 'globex', position: 18_446_744_073_709_551_615n },
    ]);
  });

  it('reach those who follow the account', async () => {
    const notices = new LedgerNotices(bus);
    const heard = await hear('acme', 2, () => {
      notices.announce('acme', 1n);
      notices.announce('globex', 2n);
      notices.flush();
      notices.announce('acme', 3n);
    });
    expect(heard.map(({ position }) => position)).toEqual([1n, 3n]);
  });

  it('are passed over when they are no notice', async () => {
    const heard = await hear('acme', 1, () => {
      for (const text of ['', 'x', '{"position":-1}', '{"position":"1e3"}']) bus.publish('ledger.v1.acme', text);
      bus.publish('ledger.v1.acme', '{"position":"4"}');
    });
    expect(heard).toEqual([{ account: 'acme', position: 4n }]);
  });
});
