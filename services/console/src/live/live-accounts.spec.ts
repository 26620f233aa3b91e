import { EventEmitter } from 'node:events';
import type { ServerResponse } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connectBus, LedgerNotices, type Bus } from '@exchequer/bus';
import { SUBJECTS } from '@exchequer/contracts';
import { startNats, type RunningNats } from '@exchequer/testing';
import { HttpProblem } from '../http/http-problem.js';
import { LIVE_BOUNDS } from './bounds.js';
import { LiveAccounts } from './live-accounts.js';

const PATIENCE_MS = 30_000;

/** What a browser would read. */
class Reader extends EventEmitter {
  heard = '';
  isEnded = false;
  readonly writableNeedDrain = false;

  write(text: string): boolean {
    this.heard += text;
    this.emit('written');
    return true;
  }

  end(): void {
    this.isEnded = true;
    this.emit('close');
  }

  async hears(text: string): Promise<void> {
    while (!this.heard.includes(text)) await new Promise((resolve) => this.once('written', resolve));
  }
}

describe('the live stream of accounts', () => {
  let nats: RunningNats;
  let bus: Bus;

  beforeAll(async () => {
    nats = await startNats();
    bus = await connectBus({ servers: nats.url, name: 'spec' });
  }, PATIENCE_MS);
  afterAll(async () => {
    await bus.close();
    await nats.stop();
  });

  const open = (live: LiveAccounts, account: string): Reader => {
    const reader = new Reader();
    live.open(account, reader as unknown as ServerResponse);
    return reader;
  };

  it(
    'tells everybody who looks at an account, and nobody who looks at another',
    async () => {
      const live = new LiveAccounts(bus);
      const [one, two, other] = [open(live, 'acme'), open(live, 'acme'), open(live, 'umbrella')];
      await bus.flush();
      new LedgerNotices(bus).announce('acme', 41n);
      bus.publish(SUBJECTS.decisions('acme'), 'no JSON');
      bus.publish(SUBJECTS.decisions('acme'), '[{"decisionId":"d-1"},3]');
      await Promise.all([one.hears('"position":"41"'), two.hears('"position":"41"')]);
      await one.hears('{"count":1,"newest":[{"decisionId":"d-1"}]}');
      bus.publish(SUBJECTS.decisions('umbrella'), '[{"decisionId":"d-2"}]');
      await other.hears('d-2');
      expect(other.heard).not.toMatch(/41|d-1/);
      live.close();
    },
    PATIENCE_MS,
  );

  it('stops listening when nobody looks any more, and begins again with the next', async () => {
    const live = new LiveAccounts(bus);
    open(live, 'acme').emit('close');
    expect([live.viewers, live.accounts]).toEqual([0, 0]);
    const next = open(live, 'acme');
    await bus.flush();
    new LedgerNotices(bus).announce('acme', 42n);
    await next.hears('"position":"42"');
    live.close();
  });

  it('admits so many and no more, until one leaves', () => {
    const live = new LiveAccounts(bus);
    const readers = Array.from({ length: LIVE_BOUNDS.viewersMax }, () => {
      live.admit();
      return open(live, 'acme');
    });
    const refused = (): unknown => {
      try {
        live.admit();
      } catch (fault) {
        return fault instanceof HttpProblem && fault.problem.code;
      }
      return undefined;
    };
    expect(refused()).toBe('Overloaded');
    readers[0]?.emit('close');
    expect(refused()).toBeUndefined();
    live.close();
    expect(readers.slice(1).every(({ isEnded }) => isEnded)).toBe(true);
    expect([live.viewers, refused()]).toEqual([0, 'Unavailable']);
  });
});
