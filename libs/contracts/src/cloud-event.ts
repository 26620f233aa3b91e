import { z } from 'zod';
import { accountText, idText, instantText } from './primitives.js';

const sourceText = z.string().min(1).max(256);

/** All of a CloudEvents 1.0 event of a type but its data. */
export const cloudEvent = <Type extends string>(type: Type) => ({
  specversion: z.literal('1.0').optional(),
  type: z.literal(type),
  source: sourceText,
  id: idText,
  time: instantText.optional(),
  /** The account. On NATS the subject decides, and a differing one is refused. */
  subject: accountText.optional(),
  datacontenttype: z.string().optional(),
  dataschema: z.string().optional(),
});

/** An event by its CloudEvents source and id. */
export const eventNamed = z.strictObject({ source: sourceText, id: idText });

/** Where an event came from, and the hash of what it said. */
export const eventIdentity = eventNamed.extend({
  contentHash: z.string().regex(/^[A-Za-z0-9_-]{22}$/),
});
