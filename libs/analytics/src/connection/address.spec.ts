import { describe, expect, it } from '@jest/globals';
import { AnalyticsAddressInvalid } from '../errors.js';
import { parseAnalyticsAddress } from './address.js';

describe('the address of ClickHouse', () => {
  it('is a directory for one in this process', () =>
    expect(parseAnalyticsAddress('chdb:/var/lib/exchequer')).toEqual({
      kind: 'embedded',
      directory: '/var/lib/exchequer',
      database: 'exchequer',
    }));

  it('is a URL for a server, with user, password and database', () =>
    expect(parseAnalyticsAddress('https://ada:p%40ss@ch.example:8443/billing')).toEqual({
      kind: 'server',
      origin: 'https://ch.example:8443',
      database: 'billing',
      username: 'ada',
      password: 'p@ss',
    }));

  it('names the database exchequer when it names none', () =>
    expect(parseAnalyticsAddress('http://127.0.0.1:8123')).toMatchObject({
      database: 'exchequer',
      username: undefined,
    }));

  it.each([
    'chdb:',
    'ftp://host',
    'nonsense',
    'http://host/a-b',
    "http://host/x';DROP",
    'http://host/a?x=1',
    'http://u:secret@host/#x',
  ])('is refused, without being repeated: %s', (text) => {
    expect(() => parseAnalyticsAddress(text)).toThrow(AnalyticsAddressInvalid);
    expect(() => parseAnalyticsAddress(text)).not.toThrow(/secret|DROP/);
  });
});
