import type { Bench, Contender } from '../bench.js';
import { COST, MODEL, PAYER, startExchequer } from '../contenders/exchequer.js';
import { measure, type Load } from '../measure.js';
import { startAuthorize } from './authorize.js';

const LOAD: Load = { inFlight: 256, warmUpMs: 1_000, measureMs: 3_000 };

async function startCycle(directory: string): Promise<Contender> {
  const bench = await startExchequer(directory, ['enforcement', 'meter']);
  const call = async (): Promise<void> => {
    const { hold } = await bench.client.authorize({ payer: PAYER, amounts: { usd: COST }, holdFor: 'PT10M' });
    if (hold === undefined) throw new Error('no hold was placed');
    await bench.client.settle(hold.id, { use: { model: MODEL, meters: { input_tokens: 900, output_tokens: 450 } } });
  };
  return { round: () => measure(LOAD, call), stop: () => bench.stop() };
}

export const cycle: Bench = {
  name: 'cycle',
  about: 'a hold and its settlement with real quantities, 256 in flight, against holds alone',
  ours: startCycle,
  rivals: [{ name: 'authorize', start: (directory) => startAuthorize(directory, LOAD) }],
  targets: [{ rival: 'authorize', figure: 'perSecond', atLeast: 0.45 }],
};
