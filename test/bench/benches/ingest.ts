import type { Bench, Contender } from '../bench.js';
import { MODEL, PAYER, startExchequer } from '../contenders/exchequer.js';
import { measure, type Load } from '../measure.js';
import { startAuthorize } from './authorize.js';

const LOAD: Load = { inFlight: 256, warmUpMs: 1_000, measureMs: 3_000 };

async function startIngest(directory: string): Promise<Contender> {
  const bench = await startExchequer(directory, ['enforcement', 'meter']);
  let next = 0;
  const record = async (): Promise<void> => {
    const id = `e-${(next++).toString(36)}`;
    const data = { payer: PAYER, model: MODEL, meters: { input_tokens: 900, output_tokens: 450 } };
    const { status } = await bench.client.record({ source: 'bench', id, data });
    if (status !== 'settled') throw new Error(`the usage was ${status}`);
  };
  return { round: () => measure(LOAD, record), stop: () => bench.stop() };
}

export const ingest: Bench = {
  name: 'ingest',
  about: 'usage events, sent together by the client, priced, settled and durable; 256 in flight, against holds',
  ours: startIngest,
  rivals: [{ name: 'authorize', start: (directory) => startAuthorize(directory, LOAD) }],
  targets: [{ rival: 'authorize', figure: 'perSecond', atLeast: 0.6 }],
};
