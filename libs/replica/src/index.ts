export { catchUp, loadReplica, replicaUntil } from './load-replica.js';
export { formatPosition, parsePosition, type FactAddress } from './position.js';
export { factsOf, idKindOf, Replica } from './replica.js';
export { decodeSnapshot, encodeSnapshot } from './snapshot-codec.js';
export { stateHash } from './state-hash.js';
export { ACCOUNT_STREAMS, accountOfStream, streamOf } from './stream-of.js';
