import { z } from 'zod';

export type JsonSchema = Readonly<Record<string, unknown>>;

/** A schema as OpenAPI 3.1 takes it, which is JSON Schema 2020-12. */
export function jsonSchema(schema: z.ZodType, io: 'input' | 'output' = 'input'): JsonSchema {
  return lacking(z.toJSONSchema(schema, { io, unrepresentable: 'any' }), '$schema');
}

/** The same without some of its fields, and with others not required. */
export function adjusted(
  schema: JsonSchema,
  { without = [], optional = [] }: { readonly without?: readonly string[]; readonly optional?: readonly string[] },
): JsonSchema {
  const properties = Object.entries(objectIn(schema['properties'])).filter(([name]) => !without.includes(name));
  const required = listIn(schema['required']).filter((name) => !without.includes(name) && !optional.includes(name));
  return {
    ...lacking(schema, 'required'),
    properties: Object.fromEntries(properties),
    ...(required.length > 0 && { required }),
  };
}

const lacking = (schema: JsonSchema, field: string): JsonSchema =>
  Object.fromEntries(Object.entries(schema).filter(([name]) => name !== field));

export const objectIn = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? { ...value } : {};

export const listIn = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
