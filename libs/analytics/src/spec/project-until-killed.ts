import { openLedger } from '@exchequer/ledger';
import { openAnalytics } from '../connection/open-analytics.js';
import { Projection } from '../projection/projection.js';
import { clock, SMALL } from './projected.js';

// Run by a spec as a process of its own, to be killed: follows the ledger into ClickHouse and tells of every step.

const [ledgerDirectory = '', analyticsDirectory = ''] = process.argv.slice(2);
const ledger = openLedger(`lmdb:${ledgerDirectory}`);
const analytics = await openAnalytics(`chdb:${analyticsDirectory}`);
const projection = new Projection(analytics, ledger, { clock, bounds: SMALL });
setInterval(() => process.send?.({ position: projection.progress.position?.toString() }), 5);
await projection.run(new AbortController().signal);
