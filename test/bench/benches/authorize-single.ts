import { SUBJECTS } from '@exchequer/contracts';
import type { Bench, Contender } from '../bench.js';
import { ACCOUNT, connectRequests, COST, PAYER, startExchequer } from '../contenders/exchequer.js';
import { startNatsEcho } from '../contenders/nats-echo.js';
import { measure, type Load } from '../measure.js';

const LOAD: Load = { inFlight: 64, warmUpMs: 1_000, measureMs: 3_000 };

/** Holds placed one by one: a message each. */
export async function startSingle(directory: string, load: Load): Promise<Contender> {
  const bench = await startExchequer(directory, ['enforcement']);
  const { requests, close } = await connectRequests(bench.nats);
  const subject = SUBJECTS.owner('authorize', ACCOUNT);
  let next = 0;
  const authorize = async (): Promise<void> => {
    const body = { id: `s-${(next++).toString(36)}`, payer: PAYER, amounts: { usd: COST }, holdFor: 'PT10M' };
    const reply = (await requests.request(subject, JSON.stringify(body))).json() as { decision?: string };
    if (reply.decision !== 'allowed') throw new Error(JSON.stringify(reply));
  };
  return {
    round: () => measure(load, authorize),
    stop: async () => {
      await close();
      await bench.stop();
    },
  };
}

export const authorizeSingle: Bench = {
  name: 'authorize-single',
  about: 'the same holds, 64 in flight, a message each',
  ours: (directory) => startSingle(directory, LOAD),
  rivals: [{ name: 'nats-echo', start: () => startNatsEcho(LOAD) }],
  targets: [{ rival: 'nats-echo', figure: 'perSecond', atLeast: 0.6 }],
};
