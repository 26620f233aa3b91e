export { Catalogue, type Published } from './catalogue.js';
export { keepCatalogue, type KeptCatalogue } from './keep-catalogue.js';
export { catchUp, loadReplica, replicaUntil } from './load-replica.js';
export { FACT_SHAPES } from './fact-shapes.js';
export { formatPosition, parsePosition, type FactAddress } from './position.js';
export { idKindOf, Replica } from './replica.js';
export { decodeSnapshot, encodeSnapshot } from './snapshot-codec.js';
export { stateHash } from './state-hash.js';
export { ACCOUNT_STREAMS, accountOfStream, streamOf } from './stream-of.js';
