import { describe, expect, it } from '@jest/globals';
import { Health } from './health.js';

const serving = (checkWithinMs?: number): Health => {
  const health = new Health(checkWithinMs);
  health.serving();
  return health;
};

describe('the health of a service', () => {
  it('is ready when every check passes', async () => {
    const health = serving();
    health.register('nats', () => ({ ok: true }));
    health.register('lag', () => Promise.resolve({ ok: true, detail: '12 entries' }));
    expect(await health.readiness()).toEqual({
      ready: true,
      checks: [
        { name: 'nats', ok: true },
        { name: 'lag', ok: true, detail: '12 entries' },
      ],
    });
  });

  it('is not ready when one fails, throws or does not answer', async () => {
    const health = serving(10);
    health.register('nats', () => ({ ok: true }));
    health.register('ledger', () => ({ ok: false, detail: 'read-only' }));
    health.register('clickhouse', () => Promise.reject(new Error('refused by http://ada:hunter2@host')));
    health.register('lag', () => new Promise(() => undefined));
    expect(await health.readiness()).toEqual({
      ready: false,
      checks: [
        { name: 'nats', ok: true },
        { name: 'ledger', ok: false, detail: 'read-only' },
        { name: 'clickhouse', ok: false, detail: 'refused by http://***@host' },
        { name: 'lag', ok: false, detail: 'no answer within 10 ms' },
      ],
    });
  });

  it('is not ready before it serves, nor once it stops', async () => {
    const health = new Health();
    const ready = async () => (await health.readiness()).ready;
    expect(await ready()).toBe(false);
    health.serving();
    expect(await ready()).toBe(true);
    health.stopping();
    expect(await ready()).toBe(false);
  });

  it('runs a check once for all who ask meanwhile', async () => {
    const health = serving();
    let runs = 0;
    health.register('ledger', () => {
      runs++;
      return Promise.resolve({ ok: true });
    });
    await Promise.all([health.readiness(), health.readiness(), health.readiness()]);
    await health.readiness();
    expect(runs).toBe(2);
  });
});
