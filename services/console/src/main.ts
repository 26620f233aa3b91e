import { runService } from '@exchequer/platform';
import { ConsoleModule } from './console.module.js';
import { fastifyEdge } from './http/fastify-edge.js';
import { VERSION } from './version.js';

await runService({
  name: 'console',
  version: VERSION,
  description: 'Answers HTTP: the methods as REST, CloudEvents in, a live stream, the page.',
  module: ConsoleModule,
  http: fastifyEdge,
});
