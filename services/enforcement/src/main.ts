import { runService } from '@exchequer/platform';
import { EnforcementModule } from './enforcement.module.js';

await runService({
  name: 'enforcement',
  version: '0.1.0',
  description: 'Owns the accounts: decides, appends in groups, answers.',
  module: EnforcementModule,
});
