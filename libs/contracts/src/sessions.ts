import { z } from 'zod';
import { attribution, type AuthorizationReply } from './authorize.js';
import { amountsMap, idText, lifeForText, nodeText, type AmountsMap } from './primitives.js';

/** Sets a reserve aside for one run. Its calls then name the session as their payer. */
export const openSessionSchema = z.strictObject({
  id: idText,
  /** Who gives the reserve. With `session` a further node that the run belongs to. */
  payer: attribution.payer,
  nodes: attribution.nodes,
  /** The session that this one is opened in: the reserve then comes out of what is left of its own. */
  session: nodeText.optional(),
  /** The reserve. */
  amounts: amountsMap,
  /** How long it lives, unless it is ended before. At most as long as the session around it. */
  lifeFor: lifeForText,
  accept: z.enum(['full', 'partial']).optional(),
  tags: attribution.tags,
  taskType: attribution.taskType,
  taskId: attribution.taskId,
  critical: attribution.critical,
});

export const endSessionSchema = z.strictObject({ id: idText, session: nodeText });

export type OpenSessionBody = z.infer<typeof openSessionSchema>;
export type EndSessionBody = z.infer<typeof endSessionSchema>;

/** As the answer to an authorization, with a session in place of the hold. */
export interface OpenSessionReply extends Omit<AuthorizationReply, 'hold' | 'card' | 'decision'> {
  readonly decision: 'allowed' | 'partial' | 'denied';
  /** The node of the session: the payer of its calls. */
  readonly session?: string;
  /** When it ends by itself. */
  readonly expiresAt?: string;
}

export interface EndSessionReply {
  readonly session: string;
  /** Sessions that were open in it and ended with it. */
  readonly endedWithin: readonly string[];
  /** What its calls have cost, those of sessions in it included. */
  readonly spent: AmountsMap;
  /** What was left and went back: to its lots, or to the session around it. */
  readonly returned: AmountsMap;
  /** What was left of lots that had expired meanwhile. */
  readonly forfeited?: AmountsMap;
  readonly decidedAt: string;
  readonly position: string;
  readonly repeated?: true;
}

/** What a node that is a session lives on. */
export interface SessionReply {
  readonly openedAt: string;
  readonly expiresAt: string;
  readonly reserve: AmountsMap;
  /** What is left of it for further calls. */
  readonly left: AmountsMap;
}
