import { runService } from '@exchequer/platform';
import { ReportingModule } from './reporting.module.js';

await runService({
  name: 'reporting',
  version: '0.1.0',
  description: 'Keeps ClickHouse equal to the ledger and answers questions about it.',
  module: ReportingModule,
});
