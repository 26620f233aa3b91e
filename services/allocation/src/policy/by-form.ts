import { sentenceOf } from '@exchequer/contracts';
import { z } from 'zod';

/**
 * Something that has several forms (a word, an object, a list) is read by the schema of the form that it has, so that what is
 * wrong is said of that form, and where it stands. A union would say of all forms what they are, and at the outermost place.
 * Nothing can be refined afterwards, as a value that is refused is none: refine the schemas of the forms.
 */
export const byForm = <Schema extends z.ZodType>(schemaOf: (stated: unknown) => Schema) =>
  z.unknown().transform((stated, context): z.output<Schema> => {
    const read = schemaOf(stated).safeParse(stated);
    if (read.success) return read.data;
    for (const issue of read.error.issues) context.addIssue(forwarded(issue));
    return z.NEVER;
  });

/** Unknown fields stay what they are, as their places are those of their names. */
const forwarded = (issue: z.core.$ZodIssue): Parameters<z.RefinementCtx['addIssue']>[0] =>
  issue.code === 'unrecognized_keys'
    ? { code: issue.code, keys: issue.keys, path: issue.path, input: {} }
    : { code: 'custom', message: sentenceOf(issue), path: issue.path };

/** Whether something is stated with names, `{ fixed: 1 usd }`: no list, and not nothing. */
export const isNamed = (stated: unknown): stated is Readonly<Record<string, unknown>> =>
  typeof stated === 'object' && stated !== null && !Array.isArray(stated);
