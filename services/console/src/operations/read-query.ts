import { malformedRequest } from '../http/http-problem.js';
import { z } from 'zod';

type Kind = 'text' | 'number' | 'boolean' | 'list';

/** What each field of a schema is in a query, where everything is text. */
export function queryKinds(schema: z.ZodType): ReadonlyMap<string, Kind> {
  const { properties = {} } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  return new Map(Object.entries(properties).map(([name, property]) => [name, kindOf(property)]));
}

function kindOf(property: unknown): Kind {
  const type = typeof property === 'object' && property !== null && 'type' in property ? property.type : undefined;
  if (type === 'integer' || type === 'number') return 'number';
  if (type === 'boolean') return 'boolean';
  return type === 'array' ? 'list' : 'text';
}

/**
 * Turns the query of a GET into the body that the method takes on NATS. Lists are written with commas, `by=day,model`.
 * Whether the values are right is for the service to say.
 *
 * @throws HttpProblem for a name that the method does not know, or that is given twice
 */
export function readQuery(query: Readonly<Record<string, unknown>>, kinds: ReadonlyMap<string, Kind>): object {
  return Object.fromEntries(
    Object.entries(query).map(([name, value]) => {
      const kind = kinds.get(name);
      if (kind === undefined)
        throw malformedRequest(
          `Unknown query parameter ${JSON.stringify(name.slice(0, 64))}; there are ${[...kinds.keys()].join(', ')}.`,
        );
      if (typeof value !== 'string') throw malformedRequest(`${name}: is given more than once.`);
      return [name, valueOf(name, value, kind)];
    }),
  );
}

function valueOf(name: string, text: string, kind: Kind): unknown {
  switch (kind) {
    case 'text':
      return text;
    case 'list':
      return text.split(',').filter((part) => part !== '');
    case 'number':
      if (!/^-?\d{1,15}$/.test(text)) throw malformedRequest(`${name}: takes a whole number.`);
      return Number(text);
    case 'boolean':
      if (text !== 'true' && text !== 'false') throw malformedRequest(`${name}: takes true or false.`);
      return text === 'true';
  }
}
