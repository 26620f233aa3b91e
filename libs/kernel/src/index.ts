export * from './amount.js';
export * from './amount-text.js';
export * from './due-queue.js';
export * from './ids.js';
export * from './ratio.js';
export * from './time.js';
export * from './window.js';
export { formatDelay } from './delay-text.js';
export { formatLength, formatWindow } from './window-text.js';
