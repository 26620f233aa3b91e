import { describe, expect, it } from '@jest/globals';
import { natsConfiguration, parseVersion } from './nats-configuration.js';

const ADDRESS = { host: '127.0.0.1', port: 4322 };

describe('the configuration of the local NATS server', () => {
  it('listens on the loopback, keeps its streams with the data and takes messages of 4 MiB', () => {
    expect(natsConfiguration(ADDRESS, '/data/nats', [2, 9])).toBe(
      [
        'listen: "127.0.0.1:4322"',
        'server_name: "exchequer-local"',
        'max_payload: 4194304',
        'jetstream { store_dir: "/data/nats" }',
        '',
      ].join('\n'),
    );
  });

  it.each([
    ['nats-server: v2.9.10', false],
    ['nats-server: v2.10.0', true],
    ['nats-server: v3.0.1', true],
    ['something else', false],
  ])('has %s flush before it acknowledges: %s', (version, syncs) => {
    expect(natsConfiguration(ADDRESS, '/data/nats', parseVersion(version)).includes('sync_interval: always')).toBe(
      syncs,
    );
  });

  it('lets in who the address names, whatever the password is made of', () => {
    expect(natsConfiguration({ ...ADDRESS, user: 'ada', password: 'a"}b' }, '/d', undefined)).toContain(
      'authorization { user: "ada", password: "a\\"}b" }',
    );
    expect(natsConfiguration({ ...ADDRESS, token: 't' }, '/d', undefined)).toContain('authorization { token: "t" }');
  });
});
