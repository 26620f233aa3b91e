import { describe, expect, it } from '@jest/globals';
import { AddressTable, hashOf, TABLE_IDS_MAX, type Address } from './address-table.js';

const found = (table: AddressTable, id: string): readonly Address[] => {
  const addresses: Address[] = [];
  table.collect(hashOf(id), addresses);
  return addresses;
};

describe('a table of addresses', () => {
  it('is full with 734,003 ids: seven tenths of the slots of 16 bytes that 16 MiB have', () =>
    expect(TABLE_IDS_MAX).toBe(734_003));

  it('finds the address of every id that was added, and none of others, as it grows', () => {
    const table = new AddressTable();
    const count = 5_000;
    for (let index = 0; index < count; index += 1) table.add(hashOf(`call/${String(index)}`), index, index % 7);
    const addresses = Array.from({ length: count }, (_, index) => found(table, `call/${String(index)}`));
    expect(addresses).toEqual(addresses.map((_, index) => [{ revision: index, index: index % 7 }]));
    expect(found(table, `call/${String(count)}`)).toEqual([]);
    expect(table.size).toBe(count);
  });

  it('keeps revision 0 and place 0', () => {
    const table = new AddressTable();
    table.add(hashOf('first'), 0, 0);
    expect(found(table, 'first')).toEqual([{ revision: 0, index: 0 }]);
  });

  it('gives both addresses where two ids share one hash', () => {
    const table = new AddressTable();
    table.add({ low: 5, high: 6 }, 1, 0);
    table.add({ low: 5, high: 6 }, 2, 3);
    const addresses: Address[] = [];
    table.collect({ low: 5, high: 6 }, addresses);
    expect(addresses).toEqual([
      { revision: 1, index: 0 },
      { revision: 2, index: 3 },
    ]);
  });

  it('tells apart hashes of which one half is equal', () => {
    const table = new AddressTable();
    table.add({ low: 5, high: 6 }, 1, 0);
    for (const hash of [
      { low: 5, high: 7 },
      { low: 4, high: 6 },
      { low: 5 + 1_024, high: 6 },
    ]) {
      const addresses: Address[] = [];
      table.collect(hash, addresses);
      expect(addresses).toEqual([]);
    }
  });

  it('finds on after its end what did not fit before it', () => {
    const table = new AddressTable();
    for (let index = 0; index < 5; index += 1) table.add({ low: 1_023, high: index }, index, 0);
    const addresses: Address[] = [];
    table.collect({ low: 1_023, high: 4 }, addresses);
    expect(addresses).toEqual([{ revision: 4, index: 0 }]);
  });

  it('is the same again from its cells', () => {
    const table = new AddressTable();
    for (let index = 0; index < 900; index += 1) table.add(hashOf(`call/${String(index)}`), index, 0);
    const again = new AddressTable(table.raw().slice());
    expect(again.size).toBe(900);
    for (let index = 900; index < 3_000; index += 1) again.add(hashOf(`call/${String(index)}`), index, 0);
    expect(found(again, 'call/0')).toEqual([{ revision: 0, index: 0 }]);
    expect(found(again, 'call/2999')).toEqual([{ revision: 2_999, index: 0 }]);
    expect(found(table, 'call/2999')).toEqual([]);
  });

  it('takes at most 46 bytes an id, which is 16 in slots that are 35 to 70 % full', () => {
    const table = new AddressTable();
    let most = 0;
    for (let index = 0; index < 20_000; index += 1) {
      table.add(hashOf(String(index)), index, 0);
      if (index > 1_024) most = Math.max(most, table.bytes / table.size);
    }
    expect(most).toBeLessThanOrEqual(46);
  });
});

describe('the hash of an id', () => {
  const shapes: readonly (readonly [string, (index: number) => string])[] = [
    ['counted', (index) => `replay/3f9a/${String(index)}`],
    ['counted with leading zeros', (index) => index.toString().padStart(12, '0')],
    ['UUIDs in order', (index) => `01970000-0000-7000-8000-${index.toString(16).padStart(12, '0')}`],
    ['times', (index) => new Date(1_764_000_000_000 + index * 1_000).toISOString()],
    ['one letter repeated', (index) => 'a'.repeat(index % 60) + String(index)],
  ];

  it.each(shapes)('is another for each of 10,000 ids, and fills a table evenly: %s', (_, idOf) => {
    const seen = new Set<string>();
    const low = new Uint32Array(128);
    const high = new Uint32Array(128);
    for (let index = 0; index < 10_000; index += 1) {
      const hash = hashOf(idOf(index));
      seen.add(`${String(hash.low)} ${String(hash.high)}`);
      low[hash.low & 127]! += 1;
      high[hash.high & 127]! += 1;
    }
    expect(seen.size).toBe(10_000);
    for (const counts of [low, high])
      expect([Math.min(...counts) > 40, Math.max(...counts) < 130]).toEqual([true, true]);
  });

  it('is the same in every version, for snapshots keep it', () => {
    const hash = (id: string) => ({ ...hashOf(id) });
    expect([hash(''), hash('a'), hash('req-7f3')]).toEqual([
      { low: 1_679_636_742, high: 532_583_540 },
      { low: 3_976_483_586, high: 757_666_502 },
      { low: 1_124_993_952, high: 2_414_481_779 },
    ]);
  });

  it('is two unsigned numbers of 32 bits', () => {
    for (const id of ['', 'a', '\u{1f600}', 'x'.repeat(500)]) {
      const { low, high } = hashOf(id);
      for (const half of [low, high]) expect(half === half >>> 0).toBe(true);
    }
  });
});
