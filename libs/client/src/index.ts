export { connectExchequer, Exchequer, type ExchequerOptions } from './exchequer.js';
export { ExchequerError } from './exchequer-error.js';
export { newId } from './ids.js';
export { SENDING_BOUNDS, type SendingBounds } from './coalescer.js';
