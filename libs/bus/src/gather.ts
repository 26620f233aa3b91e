import { BusReply } from './bus-reply.js';
import type { Bus } from './bus.js';

const WINDOW_MS = 500;
const REPLIES_MAX = 1_000;

export interface GatherOptions {
  /** How long answers are awaited. */
  readonly windowMs?: number;
  /** Ends early when so many have come. */
  readonly repliesMax?: number;
}

/** Asks everybody who listens on a subject, and resolves with the answers that came within the window. None is no error. */
export function gather(
  bus: Bus,
  subject: string,
  body: Uint8Array | string = '',
  options: GatherOptions = {},
): Promise<readonly BusReply[]> {
  const { windowMs = WINDOW_MS, repliesMax = REPLIES_MAX } = options;
  return new Promise((resolve) => {
    const replies: BusReply[] = [];
    const end = (): void => {
      clearTimeout(timer);
      answers.stop();
      resolve(replies);
    };
    const answers = bus.subscribeRaw(bus.newInbox(), {}, (message) => {
      const nobody = message.data.byteLength === 0 && message.headers?.code === 503;
      if (!nobody) replies.push(new BusReply(message));
      if (nobody || replies.length >= repliesMax) end();
    });
    const timer = setTimeout(end, windowMs);
    bus.publish(subject, body, { reply: answers.subject });
  });
}
