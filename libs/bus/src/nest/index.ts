export { NatsTransport, type NatsTransportOptions } from './nats-transport.js';
export { Responds, RespondsInBatches, type RespondsOptions } from './responds.js';
export type { BusContext, BusRequest } from '../serving/bus-request.js';
export { SERVING_BOUNDS, type ServingBounds } from '../serving/bounds.js';
