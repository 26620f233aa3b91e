import { once } from 'node:events';
import { createServer, type Server as SocketServer, type Socket } from 'node:net';
import { type sendUnaryData, Server, ServerCredentials } from '@grpc/grpc-js';
import { appendCall, batchAppendCall } from './append-calls.js';
import { AppendDesk } from './append-desk.js';
import { EventLog } from './event-log.js';
import { EventStoreFaults } from './faults.js';
import { features, ServerFeaturesService, StreamsService, type SupportedMethods } from './protocol.js';
import { readCall } from './read-call.js';
import { Subscriptions } from './subscription.js';

export interface EventStoreDoubleOptions {
  /** How long a repeat of an append that is still on its way goes unanswered; the server's figure is 3,000 ms. */
  readonly droppedRepeatMs?: number;
}

/** A stand-in for an EventStoreDB server, in this process, whose faults a spec chooses. */
export interface EventStoreDouble {
  /** The connection string of a client. Stays the same over restarts. */
  readonly url: string;
  readonly faults: EventStoreFaults;
  /** What is stored. */
  readonly log: EventLog;
  /** Appends that came in, repeats and refused ones included. */
  readonly appendsReceived: number;
  /** The most appends that were waiting for their answer at one time. */
  readonly appendsUnderwayMost: number;
  /** Subscriptions that are live at this moment. */
  readonly subscriptionCount: number;
  /** Breaks every connection; new ones are taken at once. */
  cutConnections(): void;
  /** Ends every subscription with the server's "Consumer too slow". */
  endSubscriptionsAsTooSlow(): void;
  /** Takes connections no longer and breaks those there are. The data stay for `restart()`. */
  stop(): Promise<void>;
  /** Takes connections again, on the same port, with the data there were. */
  restart(): Promise<void>;
}

const SERVER_VERSION = '23.10.6';

function supportedMethods(): SupportedMethods {
  const methods = ['read', 'append', 'batchappend'].map((name) =>
    new features.SupportedMethod().setServiceName('event_store.client.streams.streams').setMethodName(name),
  );
  return new features.SupportedMethods().setEventStoreServerVersion(SERVER_VERSION).setMethodsList(methods);
}

async function listen(server: SocketServer, port: number): Promise<number> {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the system gave no port');
  return address.port;
}

/**
 * Starts a server that speaks EventStoreDB's gRPC protocol, as far as an append-only ledger needs it, on a free port of
 * the loopback interface. It keeps events in memory and judges appends by the rules of a real one; see the README.
 */
export async function startEventStoreDouble(options: EventStoreDoubleOptions = {}): Promise<EventStoreDouble> {
  const log = new EventLog();
  const faults = new EventStoreFaults();
  const subscriptions = new Subscriptions(log);
  const sockets = new Set<Socket>();
  const cutConnections = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  const desk = new AppendDesk(
    log,
    faults,
    options.droppedRepeatMs ?? 3_000,
    () => subscriptions.wake(),
    cutConnections,
  );

  const grpc = new Server({ 'grpc.max_receive_message_length': 8 * 1024 * 1024 });
  grpc.addService(StreamsService, {
    append: appendCall(desk),
    batchAppend: batchAppendCall(desk),
    read: readCall(log, faults, subscriptions),
  });
  grpc.addService(ServerFeaturesService, {
    getSupportedMethods: (_call: unknown, callback: sendUnaryData<SupportedMethods>) =>
      callback(null, supportedMethods()),
  });
  // Sockets are accepted here and handed over, so that they can be cut without ending the server.
  const injector = grpc.createConnectionInjector(ServerCredentials.createInsecure());
  const listener = createServer((socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    injector.injectConnection(socket);
  });
  const port = await listen(listener, 0);

  return {
    url: `esdb://127.0.0.1:${port}?tls=false`,
    faults,
    log,
    get appendsReceived() {
      return desk.received;
    },
    get appendsUnderwayMost() {
      return desk.underwayMost;
    },
    get subscriptionCount() {
      return subscriptions.count;
    },
    cutConnections,
    endSubscriptionsAsTooSlow: () => subscriptions.endAsTooSlow(),
    stop: async () => {
      if (!listener.listening) return;
      const closed = once(listener, 'close');
      listener.close();
      cutConnections();
      await closed;
    },
    restart: async () => {
      if (!listener.listening) await listen(listener, port);
    },
  };
}
