import {
  DiscardPolicy,
  JetStreamApiCodes,
  JetStreamApiError,
  jetstreamManager,
  RetentionPolicy,
  StorageType,
  type JetStreamManager,
  type StreamConfig,
} from '@nats-io/jetstream';
import { nanos } from '@nats-io/transport-node';
import type { Bus } from '../bus.js';
import { StreamsUnavailable } from '../errors.js';
import type { StreamDefinition } from './stream-definition.js';

/**
 * Creates the stream, or gives an older one the present bounds. Only what every server from 2.9 on knows is used.
 *
 * @throws StreamsUnavailable when the server has no JetStream, or its disk no room for `bytesMax`.
 */
export async function ensureStream(bus: Bus, definition: StreamDefinition): Promise<void> {
  const manager = await streamManager(bus);
  const config = configOf(definition);
  try {
    if (await exists(manager, definition.name)) await manager.streams.update(definition.name, config);
    else await manager.streams.add(config);
  } catch (cause) {
    throw new StreamsUnavailable(`The stream ${definition.name} cannot be made: ${reasonOf(cause)}.`, { cause });
  }
}

/** @throws StreamsUnavailable */
export async function streamManager(bus: Bus): Promise<JetStreamManager> {
  try {
    return await jetstreamManager(bus.nats);
  } catch (cause) {
    throw new StreamsUnavailable(
      `NATS at ${bus.server} does not answer as JetStream (${reasonOf(cause)}); start it with JetStream enabled.`,
      { cause },
    );
  }
}

const reasonOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));

async function exists(manager: JetStreamManager, name: string): Promise<boolean> {
  try {
    await manager.streams.info(name);
    return true;
  } catch (error) {
    if (error instanceof JetStreamApiError && error.code === JetStreamApiCodes.StreamNotFound) return false;
    throw error;
  }
}

const configOf = (
  definition: StreamDefinition,
): Pick<
  StreamConfig,
  'name' | 'subjects' | 'max_bytes' | 'max_age' | 'duplicate_window' | 'retention' | 'discard' | 'storage'
> => ({
  name: definition.name,
  subjects: [...definition.subjects],
  max_bytes: definition.bytesMax,
  max_age: nanos(definition.ageMaxMs),
  duplicate_window: nanos(definition.duplicatesWithinMs),
  retention: definition.keep === 'until-acknowledged' ? RetentionPolicy.Workqueue : RetentionPolicy.Limits,
  discard: definition.whenFull === 'refuse' ? DiscardPolicy.New : DiscardPolicy.Old,
  storage: StorageType.File,
});
