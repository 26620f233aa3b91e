import { describe, expect, it } from '@jest/globals';
import { guard, isLoopback } from './guards.js';

const statusOf = (method: string, headers: Parameters<typeof guard>[1], onLoopback = true): number | undefined =>
  guard(method, headers, onLoopback)?.status;

describe('what other sites may send through a browser', () => {
  it.each(['localhost', 'localhost:7070', '127.0.0.1:7070', '127.8.9.1', '[::1]:7070', 'LOCALHOST:1'])(
    'is let in under the name %s, which is of this machine',
    (host) => {
      expect(statusOf('GET', { host })).toBeUndefined();
    },
  );

  it.each([
    'evil.example',
    'localhost.evil.example',
    '127.0.0.1.evil.example:7070',
    '192.168.0.4',
    '',
    'localhost@evil',
  ])('is refused under the name %j, which was made to point here', (host) => {
    expect(statusOf('GET', { host })).toBe(421);
  });

  it('takes any name where the console listens beyond this machine', () => {
    expect(statusOf('GET', { host: 'credits.acme.example' }, false)).toBeUndefined();
  });

  it('may not change anything from another origin, wherever the console listens', () => {
    const headers = { host: 'credits.acme.example', origin: 'https://evil.example' };
    expect(statusOf('POST', headers, false)).toBe(403);
    expect(statusOf('POST', { host: 'localhost:7070', origin: 'http://localhost:8080' })).toBe(403);
    expect(statusOf('POST', { host: 'localhost:7070', origin: 'null' })).toBe(403);
    expect(statusOf('POST', { host: 'localhost:7070', 'sec-fetch-site': 'cross-site' })).toBe(403);
  });

  it('is no concern of a program, which has no origin, nor of the page itself', () => {
    expect(statusOf('POST', { host: 'localhost:7070' })).toBeUndefined();
    expect(statusOf('POST', { host: 'localhost:7070', origin: 'http://localhost:7070' })).toBeUndefined();
  });

  it('knows an address of this machine', () => {
    expect(['127.0.0.1', '::1', 'localhost'].map(isLoopback)).toEqual([true, true, true]);
    expect(['0.0.0.0', '::', '10.0.0.1', '127.0.0.1.example'].map(isLoopback)).toEqual([false, false, false, false]);
  });
});
