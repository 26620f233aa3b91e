export { CLOCK, LEDGER, LedgerModule } from './ledger-module.js';
