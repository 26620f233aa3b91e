import { once } from 'node:events';
import { NO_HASH, sealEntry } from '../../entry.js';
import { LedgerUnavailable } from '../../errors.js';
import { NO_STREAM } from '../../port.js';
import { verifyStream } from '../../verify-stream.js';
import { LmdbLedger } from '../lmdb-ledger.js';

// Run by a spec as a process of its own, with a limit on how large a file may grow: appends until the ledger refuses, tries
// some more, waits for a word that there is room again, and goes on.

const [directory = '', stream = ''] = process.argv.slice(2);
const ledger = new LmdbLedger(directory);
const padding = 'x'.repeat(60_000);

let revision = NO_STREAM;
let hash = NO_HASH;
const append = async (): Promise<void> => {
  const facts = [{ type: 'Padding', padding }];
  const entry = sealEntry(hash, {
    at: 0,
    commands: [{ id: `c-${revision}`, contentHash: '', actor: 'filler', facts }],
  });
  revision = (await ledger.append(stream, revision, [entry])).revision;
  hash = entry.hash;
};
const refusal = async (): Promise<string> => {
  try {
    for (;;) await append();
  } catch (fault) {
    if (fault instanceof LedgerUnavailable) return fault.message;
    throw fault;
  }
};

const message = await refusal();
for (let times = 0; times < 20; times++) await refusal();
process.send?.({ kind: 'full', message, revision, report: await verifyStream(ledger, stream) });
await once(process, 'message');
for (let times = 0; times < 20; times++) await append();
process.send?.({ kind: 'room', revision, report: await verifyStream(ledger, stream) });
await ledger.close();
process.disconnect();
