import { NO_HASH, sealEntry } from '../../entry.js';
import { WrongRevision } from '../../errors.js';
import { NO_STREAM } from '../../port.js';
import { LmdbLedger } from '../lmdb-ledger.js';

// Run by a spec as a process of its own: appends so many entries to a stream for which other processes race, and says how
// often it lost. With a count of 0 it goes on until it is killed. Each entry that is stored is reported.

const [directory = '', stream = '', name = '', count = '0'] = process.argv.slice(2);
const ledger = new LmdbLedger(directory);

let lost = 0;
for (let won = 0; count === '0' || won < Number(count);) {
  const head = await ledger.head(stream);
  const command = {
    id: `${name}-${won}`,
    contentHash: '',
    actor: name,
    facts: [{ type: 'CreditsDrawn', amount: '1' }],
  };
  const entry = sealEntry(head?.hash ?? NO_HASH, { at: won, commands: [command] });
  try {
    const { revision } = await ledger.append(stream, head?.revision ?? NO_STREAM, [entry]);
    won += 1;
    process.send?.({ kind: 'stored', revision, hash: entry.hash });
  } catch (fault) {
    if (!(fault instanceof WrongRevision)) throw fault;
    lost += 1;
  }
}
await ledger.close();
process.send?.({ kind: 'done', lost });
process.disconnect();
