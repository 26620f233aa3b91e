import { runService } from '@exchequer/platform';
import { LifecycleModule } from './lifecycle.module.js';

await runService({
  name: 'lifecycle',
  version: '0.1.0',
  description: "Sees to what is due, takes snapshots, anchors the ledger's heads.",
  module: LifecycleModule,
});
