import { z } from 'zod';
import { BOUNDS } from './primitives.js';

/** A model, or with `*` at its end all models that begin so. */
export const modelPattern = z
  .string()
  .regex(
    /^(?:[\x21-\x29\x2b-\x7e]{1,127}\*?|[\x21-\x29\x2b-\x7e]{128}|\*)$/,
    'is no model name; it takes 1 to 128 printable characters without spaces, and at its end a * for all that begin so',
  );

/** A value of the tag `feature`, or with `*` at its end all values that begin so. */
export const featurePattern = z
  .string()
  .max(BOUNDS.tagValueLengthMax, 'is longer than 256 characters')
  .regex(/^(?:[^*]+\*?|\*)$/, 'is no feature; it takes a text, and at its end a * for all that begin so');

const few = <Pattern extends z.ZodType>(pattern: Pattern) =>
  z.array(pattern).min(1, 'is empty; leave it out').max(64, 'names more than 64');

const nameRule = <Pattern extends z.ZodType>(pattern: Pattern) =>
  z
    .strictObject({
      /** Nothing else may be used. */
      allow: few(pattern).optional(),
      /** Comes before what is allowed. */
      deny: few(pattern).optional(),
    })
    .refine(
      ({ allow, deny }) => allow !== undefined || deny !== undefined,
      'says nothing; it takes allow, deny or both',
    );

/** Which models and features may be used at a node and under it. */
export const entitlementFields = {
  models: nameRule(modelPattern).optional(),
  features: nameRule(featurePattern).optional(),
};

export const entitlementsSchema = z.strictObject(entitlementFields);

interface NameRuleReply {
  readonly allow?: readonly string[];
  readonly deny?: readonly string[];
}

/** What a node says of models and features, as it was stated. */
export interface EntitlementsReply {
  readonly models?: NameRuleReply;
  readonly features?: NameRuleReply;
}

export type EntitlementsBody = z.infer<typeof entitlementsSchema>;
