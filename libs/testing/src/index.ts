export { type EventLog, type RecordedEvent } from './event-store/event-log.js';
export { type AppendFault, type EventStoreFaults } from './event-store/faults.js';
export {
  startEventStoreDouble,
  type EventStoreDouble,
  type EventStoreDoubleOptions,
} from './event-store/start-event-store-double.js';
export { findNatsServer } from './nats/find-nats-server.js';
export { startNats, type NatsOptions, type RunningNats } from './nats/start-nats.js';
export { createScratchDirectory, withScratchDirectory, type ScratchDirectory } from './scratch-directory.js';
export { seededRandom, type SeededRandom } from './seeded-random.js';
export { argumentsForTypeScript, runTypeScript } from './typescript/run-typescript.js';
