import { describe, expect, it } from '@jest/globals';
import type { HealthReply } from '@exchequer/contracts';
import { readinessOf } from './readiness.js';

const answer = (ready: boolean, checks: HealthReply['checks'] = []): HealthReply => ({
  service: 'meter',
  instance: 'i',
  version: '0.1.0',
  live: true,
  ready,
  checks,
});

describe('whether the services can do their work', () => {
  it('is so when each has an instance that can', () => {
    const reply = readinessOf(
      new Map([
        ['meter', [answer(false), answer(true)]],
        ['console', [answer(true)]],
      ]),
    );
    expect(reply.ready).toBe(true);
    expect(reply.services.map(({ service, ready }) => [service, ready])).toEqual([
      ['meter', true],
      ['console', true],
    ]);
  });

  it('is not when one does not answer, and says which', () => {
    const reply = readinessOf(
      new Map([
        ['meter', [answer(true)]],
        ['reporting', []],
      ]),
    );
    expect(reply).toMatchObject({
      ready: false,
      services: [{ ready: true }, { ready: false, detail: 'no instance answers' }],
    });
  });

  it('says what is wrong, each thing once', () => {
    const checks = [
      { name: 'nats', ok: true },
      { name: 'ledger', ok: false, detail: 'is full' },
      { name: 'lag', ok: false },
    ];
    const reply = readinessOf(new Map([['meter', [answer(false, checks), answer(false, checks)]]]));
    expect(reply.services[0]?.detail).toBe('ledger: is full; lag');
  });

  it('tells a service that starts from one that is broken', () => {
    const reply = readinessOf(new Map([['meter', [answer(false, [{ name: 'nats', ok: true }])]]]));
    expect(reply.services[0]?.detail).toBe('starting or stopping');
  });
});
