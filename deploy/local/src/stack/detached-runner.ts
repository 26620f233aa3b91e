/** The process in the background that owns a detached stack: `node detached-runner.js demo|no-demo`. */
import { readSettings } from '@exchequer/platform/settings';
import { describeEvent } from '../terminal/describe-event.js';
import { runStack } from './run-stack.js';
import { StackFault, type StackAddresses, type StackEvent } from './stack.js';

/** What the runner tells whoever started it, for as long as that listens. */
export type DetachedMessage =
  | { readonly type: 'event'; readonly event: StackEvent }
  | { readonly type: 'up'; readonly addresses: StackAddresses }
  | { readonly type: 'failed'; readonly code: StackFault['code']; readonly message: string };

const tell = (message: DetachedMessage): void => {
  // The listener may leave at any time, also while this is on its way: that is no concern of the stack's.
  if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
};

const onProgress = (event: StackEvent): void => {
  const text = event.type === 'progress' ? undefined : describeEvent(event);
  if (text !== undefined) process.stdout.write(`${new Date().toISOString()} ${text}\n`);
  tell({ type: 'event', event });
  if (event.type === 'up') tell({ type: 'up', addresses: event.addresses });
};

try {
  await runStack({ settings: readSettings(), demo: process.argv[2] === 'demo', onProgress });
} catch (fault) {
  const message = fault instanceof Error ? fault.message : String(fault);
  process.stderr.write(`${new Date().toISOString()} ${message}\n`);
  tell({ type: 'failed', code: fault instanceof StackFault ? fault.code : 'not-started', message });
  process.exitCode = 1;
}
