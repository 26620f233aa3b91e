import { connect } from '@nats-io/transport-node';

const connection = await connect({ servers: process.argv[2] ?? '', noAsyncTraces: true });
connection.subscribe('echo', { callback: (_, message) => void message.respond(message.data) });
await connection.flush();
process.send?.('ready');
