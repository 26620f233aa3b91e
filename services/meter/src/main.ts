import { runService } from '@exchequer/platform';
import { MeterModule } from './meter.module.js';

await runService({
  name: 'meter',
  version: '0.1.0',
  description: 'Takes usage in: prices it and charges it, counted once.',
  module: MeterModule,
});
