import { runService } from '@exchequer/platform';
import { AllocationModule } from './allocation.module.js';

await runService({
  name: 'allocation',
  version: '0.1.0',
  description: 'Applies policy files; grants and moves credits.',
  module: AllocationModule,
});
