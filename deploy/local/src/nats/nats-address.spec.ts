import { describe, expect, it } from '@jest/globals';
import { localNatsAddress } from './nats-address.js';

describe('where the local stack starts its NATS server', () => {
  it('is the one address in the settings, with who may come in', () => {
    expect(localNatsAddress('nats://127.0.0.1:4322')).toEqual({ host: '127.0.0.1', port: 4322 });
    expect(localNatsAddress('nats://ada:secret@localhost')).toEqual({
      host: 'localhost',
      port: 4222,
      user: 'ada',
      password: 'secret',
    });
    expect(localNatsAddress('nats://[::1]:4222')).toEqual({ host: '[::1]', port: 4222 });
  });

  it.each([
    ['another machine', 'nats://nats.example.com:4222'],
    ['every network of this machine', 'nats://0.0.0.0:4222'],
    ['several servers', 'nats://127.0.0.1:4222,nats://127.0.0.1:4223'],
    ['an encrypted one', 'tls://127.0.0.1:4222'],
  ])('is not %s', (_what, address) => {
    expect(() => localNatsAddress(address)).toThrow(/^EXCHEQUER_NATS is no address at which .* such as nats:/);
  });
});
