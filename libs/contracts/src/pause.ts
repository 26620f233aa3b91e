import { z } from 'zod';
import { idText, nodeText } from './primitives.js';

/** Stops new work at a node and all under it; what is held may still settle. */
export const pauseSchema = z.strictObject({
  id: idText,
  node: nodeText,
  /** Told to everybody whose call is refused by it. */
  reason: z.string().min(1, 'is empty; say why, or leave it out').max(256, 'is longer than 256 characters').optional(),
  /** Marks every node under it as well; each is then resumed by itself. */
  below: z.literal(true, { error: () => 'takes true, or is left out' }).optional(),
});

export const resumeSchema = z.strictObject({ id: idText, node: nodeText });

export type PauseBody = z.infer<typeof pauseSchema>;
export type ResumeBody = z.infer<typeof resumeSchema>;

/** How a node came to be paused. */
export interface PausedReply {
  /** `person`, or the limit that came to its threshold; with its node, where that is another. */
  readonly by: 'person' | { readonly limit: string; readonly node?: string };
  /** Who that person was. */
  readonly actor?: string;
  readonly reason?: string;
  readonly since: string;
  /** When it is resumed by itself. Absent where somebody must. */
  readonly resumesAt?: string;
}

export interface PauseReply {
  readonly node: string;
  readonly outcome: 'paused' | 'resumed';
  /** How many nodes this changed: none when it was so already. */
  readonly nodes: number;
  readonly decidedAt: string;
  readonly position: string;
  readonly repeated?: true;
}
