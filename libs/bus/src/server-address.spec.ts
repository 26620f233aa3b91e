import { describe, expect, it } from '@jest/globals';
import { BusAddressInvalid } from './errors.js';
import { parseServerAddress } from './server-address.js';

describe('the address of the NATS servers', () => {
  it('is a host and a port, 4222 when none is named', () => {
    expect(parseServerAddress('nats://127.0.0.1')).toEqual({ hosts: ['127.0.0.1:4222'], encrypted: false });
    expect(parseServerAddress('bus.example:4333')).toEqual({ hosts: ['bus.example:4333'], encrypted: false });
    expect(parseServerAddress('nats://[::1]:4333').hosts).toEqual(['[::1]:4333']);
  });

  it('names several servers with commas between them', () => {
    expect(parseServerAddress('nats://a:1, nats://b:2,c').hosts).toEqual(['a:1', 'b:2', 'c:4222']);
  });

  it('carries the credentials for all of them', () => {
    expect(parseServerAddress('nats://ada:s%40cret@a,b')).toEqual({
      hosts: ['a:4222', 'b:4222'],
      encrypted: false,
      user: 'ada',
      password: 's@cret',
    });
    expect(parseServerAddress('nats://t0ken@a')).toEqual({ hosts: ['a:4222'], encrypted: false, token: 't0ken' });
  });

  it('asks for encryption with tls', () => {
    expect(parseServerAddress('tls://a').encrypted).toBe(true);
  });

  it.each([
    ['nats://ada:hunter2@', 'part 1'],
    ['a, http://ada:hunter2@b', 'http:// in part 2'],
    ['nats://ada:hunter2@a:port', 'part 1'],
    ['', 'part 1'],
  ])('is refused when it is wrong, without repeating its password: %s', (text, where) => {
    const reading = () => parseServerAddress(text);
    expect(reading).toThrow(BusAddressInvalid);
    expect(reading).toThrow(where);
    expect(reading).not.toThrow('hunter2');
  });
});
