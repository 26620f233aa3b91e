import { LedgerUnavailable } from '../../errors.js';
import { LmdbLedger } from '../lmdb-ledger.js';

// Run by a spec as a process of its own: gives up the rights of the superuser, if it has them, and opens a ledger.

const NOBODY = 65_534;
const [directory = ''] = process.argv.slice(2);
if (process.getuid?.() === 0) process.setuid?.(NOBODY);
try {
  await new LmdbLedger(directory).close();
  process.send?.('opened');
} catch (fault) {
  if (!(fault instanceof LedgerUnavailable)) throw fault;
  process.send?.(fault.message);
}
process.disconnect();
