import type { Bench, Contender, Rival } from '../bench.js';
import { BareAccount, type AccountShape } from '../contenders/account.js';
import type { Figures } from '../measure.js';

const PLAIN: AccountShape = { depth: 4, nodes: 100, openHolds: 100, lots: 1, ids: 100, reserves: 0 };
const WARM_UP = 10_000;
const CYCLES = 20_000;
/** So many are timed together: one alone is shorter than a clock can tell. */
const TOGETHER = 100;

/** Holds placed and given back on one account of a shape, by the processor's time alone. */
function measured(shape: AccountShape): Promise<Contender> {
  const account = new BareAccount(shape);
  for (let done = 0; done < WARM_UP; done += 1) account.cycle();
  const round = (): Promise<Figures> => {
    const tookMs: number[] = [];
    const beganAt = performance.now();
    for (let done = 0; done < CYCLES; done += TOGETHER) {
      const from = performance.now();
      for (let one = 0; one < TOGETHER; one += 1) account.cycle();
      tookMs.push((performance.now() - from) / TOGETHER);
    }
    const perSecond = CYCLES / ((performance.now() - beganAt) / 1_000);
    tookMs.sort((a, b) => a - b);
    const at = (share: number): number => tookMs[Math.floor(tookMs.length * share)] ?? NaN;
    return Promise.resolve({ perSecond, p50Ms: at(0.5), p99Ms: at(0.99) });
  };
  return Promise.resolve({ round, stop: () => Promise.resolve() });
}

const rival = (name: string, more: Partial<AccountShape>): Rival => ({
  name,
  start: () => measured({ ...PLAIN, ...more }),
});

/** Here the plain account is ours, and the rivals are accounts with more of what a decision does not touch. */
export const depth: Bench = {
  name: 'depth',
  about:
    'a hold decided, applied and given back: chain of 4, 100 nodes, open holds and ids, 1 lot, no reserves, against more of each',
  ours: () => measured(PLAIN),
  rivals: [
    rival('chain-of-16', { depth: 16 }),
    rival('1,000,000-nodes', { nodes: 1_000_000 }),
    rival('100,000-holds', { openHolds: 100_000 }),
    rival('10,000-lots', { lots: 10_000 }),
    rival('700,000-ids', { ids: 700_000 }),
    rival('100-reserves', { nodes: 200, reserves: 100 }),
    rival('10,000-reserves', { nodes: 10_100, reserves: 10_000 }),
  ],
  // So many times more of the plain ones are done in a second.
  targets: [
    { rival: 'chain-of-16', figure: 'perSecond', atMost: 2 },
    { rival: '1,000,000-nodes', figure: 'perSecond', atMost: 1.3 },
    { rival: '100,000-holds', figure: 'perSecond', atMost: 1.3 },
    { rival: '10,000-lots', figure: 'perSecond', atMost: 1.3 },
    { rival: '700,000-ids', figure: 'perSecond', atMost: 1.3 },
    // Pool rules cost something by themselves; how many others have them does not.
    { rival: '100-reserves', figure: 'perSecond', atMost: 1.5 },
    { rival: '10,000-reserves', figure: 'perSecond', atMost: 1.5 },
  ],
};
