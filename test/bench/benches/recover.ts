import { openLedger, type Ledger } from '@exchequer/ledger';
import { encodeSnapshot, loadReplica, streamOf } from '@exchequer/replica';
import type { Bench, Contender } from '../bench.js';
import { ACCOUNT, COST, PAYER, startExchequer } from '../contenders/exchequer.js';
import type { Figures } from '../measure.js';

const FACTS = 1_000_000;
const STREAM = streamOf(ACCOUNT);
/** Calls of the account's making that are under way at once. */
const IN_FLIGHT = 2_000;

/** An account of a million facts, made by half a million holds and their settlements. One for all contenders. */
let made: Promise<{ ledger: Ledger; directory: string }> | undefined;

async function makeAccount(directory: string): Promise<{ ledger: Ledger; directory: string }> {
  const bench = await startExchequer(directory, ['enforcement']);
  let left = FACTS / 2;
  const cycles = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      if (left % 50_000 === 0) process.stderr.write(`making the account: ${String(left)} calls to go\n`);
      const { hold } = await bench.client.authorize({ payer: PAYER, amounts: { usd: COST } });
      if (hold === undefined) throw new Error('no hold was placed');
      await bench.client.settle(hold.id);
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, cycles));
  await bench.stop();
  return { ledger: openLedger(`lmdb:${directory}/ledger`), directory };
}

const once = async (work: () => Promise<unknown>): Promise<Figures> => {
  const beganAt = performance.now();
  await work();
  const tookMs = performance.now() - beganAt;
  return { perSecond: FACTS / (tookMs / 1_000), p50Ms: tookMs, p99Ms: tookMs };
};

async function loading(directory: string): Promise<Contender> {
  const { ledger } = await (made ??= makeAccount(directory));
  return { round: () => once(() => loadReplica(ledger, STREAM)), stop: () => ledger.close() };
}

async function readingAndParsing(): Promise<Contender> {
  if (made === undefined) throw new Error('the account was not made');
  const { ledger } = await made;
  const read = async (): Promise<void> => {
    for await (const { bytes } of ledger.read(STREAM, 0)) JSON.parse(Buffer.from(bytes).toString('utf8'));
  };
  return { round: () => once(read), stop: () => Promise.resolve() };
}

/** The same account, loaded from its newest snapshot; in a round of its own so that the others do not find it. */
async function loadingSnapshot(): Promise<Contender> {
  if (made === undefined) throw new Error('the account was not made');
  const { directory } = await made;
  const other = openLedger(`lmdb:${directory}/ledger`);
  const snapshot = encodeSnapshot(await loadReplica(other, STREAM));
  const withSnapshot = new Proxy(other, {
    get: (target, name) => {
      if (name === 'loadSnapshot') return () => Promise.resolve(snapshot);
      const member: unknown = Reflect.get(target, name, target);
      return typeof member === 'function' ? (member.bind(target) as unknown) : member;
    },
  });
  return { round: () => once(() => loadReplica(withSnapshot, STREAM)), stop: () => other.close() };
}

export const recover: Bench = {
  name: 'recover',
  about: 'an account of 1,000,000 facts loaded from the ledger, against reading and JSON.parse alone',
  ours: loading,
  rivals: [
    { name: 'read-and-parse', start: readingAndParsing },
    { name: 'from-snapshot', start: loadingSnapshot },
  ],
  targets: [
    { rival: 'read-and-parse', figure: 'p50Ms', atMost: 2 },
    { rival: 'from-snapshot', figure: 'p50Ms', itselfAtMost: 500 },
  ],
};
