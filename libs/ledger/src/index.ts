export * from './anchors.js';
export { APPEND_BYTES_MAX, STREAM_NAME_BYTES_MAX } from './append-check.js';
export * from './append-until-known.js';
export { contentHashOf } from './content-hash.js';
export * from './entry.js';
export * from './errors.js';
export * from './fact-shapes.js';
export * from './open-ledger.js';
export * from './port.js';
export {
  type CommandBatch,
  CommandJoiner,
  factAddress,
  type FactSpan,
  readCommands,
  type ReadCommandsOptions,
  type RecordedCommand,
} from './read-commands.js';
export * from './seal-entries.js';
export * from './verify-stream.js';
