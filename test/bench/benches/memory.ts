import { CommandMemory } from '@exchequer/account';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Bench, Contender, Rival } from '../bench.js';
import { BareAccount } from '../contenders/account.js';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

const HOLDS = 200_000;
const NODES = 200_000;
const IDS = 1_000_000;

function bytesNow(): number {
  collectGarbage();
  collectGarbage();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

/** Bytes that each of so many things takes, by the heap before and after; what made them is kept until it was counted. */
function weigh(count: number, before: () => object, add: (made: object) => void): Promise<Contender> {
  const round = () => {
    const made = before();
    const from = bytesNow();
    add(made);
    const bytes = (bytesNow() - from) / count;
    if (Object.keys(made).length === 0) throw new Error('nothing was made');
    return Promise.resolve({ perSecond: bytes, p50Ms: bytes, p99Ms: bytes });
  };
  return Promise.resolve({ round, stop: () => Promise.resolve() });
}

const plain = (): BareAccount => new BareAccount({ depth: 4, nodes: 4, openHolds: 0, lots: 1, ids: 0, reserves: 0 });

const holds = (): Promise<Contender> =>
  weigh(HOLDS, plain, (account) => {
    for (let count = 0; count < HOLDS; count += 1) (account as BareAccount).hold();
  });

const nodes: Rival = {
  name: 'node',
  start: () => weigh(NODES, plain, (account) => (account as BareAccount).addNodes(NODES)),
};

function rememberIds(memory: CommandMemory): void {
  for (let count = 0; count < IDS; count += 1)
    memory.remember('usage', `source:${String(count)}`, { revision: count >> 7, index: count & 127 }, count);
}

/** Of the full tables only the filters are left in memory: what a million ids take once the older are on disk. */
const oldIds: Rival = {
  name: 'usage-id, older on disk',
  start: () =>
    weigh(
      IDS,
      () => ({ memory: new CommandMemory() }),
      (made) => {
        const { memory } = made as { readonly memory: CommandMemory };
        rememberIds(memory);
        for (const held of memory.parts()) memory.keep(held);
      },
    ),
};

const ids: Rival = {
  name: 'usage-id',
  start: () =>
    weigh(
      IDS,
      () => ({ memory: new CommandMemory() }),
      (made) => rememberIds((made as { readonly memory: CommandMemory }).memory),
    ),
};

/** Not about time: every figure is a number of bytes. */
export const memory: Bench = {
  name: 'memory',
  about: 'bytes of an open hold, of a node, and of a remembered usage id',
  measures: 'bytes',
  ours: holds,
  rivals: [nodes, ids, oldIds],
  targets: [
    { rival: 'exchequer', figure: 'p50Ms', itselfAtMost: 600 },
    { rival: 'node', figure: 'p50Ms', itselfAtMost: 1_000 },
    { rival: 'usage-id', figure: 'p50Ms', itselfAtMost: 60 },
  ],
};
