import { HEADERS } from '@exchequer/contracts';
import { TAGS, type Operation } from '../operations/operation.js';
import { VERSION } from '../version.js';
import { adjusted, jsonSchema, listIn, objectIn, type JsonSchema } from './json-schema.js';
import { OTHER_PATHS } from './other-paths.js';
import { PROBLEM_SCHEMA, REPLIES } from './replies.js';

const reference = (name: string): JsonSchema => ({ $ref: `#/components/schemas/${name}` });

/** The interface as OpenAPI 3.1, made of the very operations that are served and the schemas that check them. */
export function openApiDocument(operations: readonly Operation[]): JsonSchema {
  const paths: Record<string, Record<string, unknown> | undefined> = {};
  for (const operation of operations) {
    const path = (paths[operation.path] ??= {});
    path[operation.method.toLowerCase()] = described(operation);
  }
  const schemas = Object.entries(REPLIES).map(([name, schema]): [string, JsonSchema] => [
    name,
    jsonSchema(schema, 'output'),
  ]);
  return {
    openapi: '3.1.0',
    info: {
      title: 'Exchequer',
      version: VERSION,
      description:
        'Governs AI credits: decides in one durable step how much may be spent and from where. Amounts are decimal strings of whole units, never numbers. Every change has an id, given in the body or as Idempotency-Key: a repeat under the same id changes nothing and gets the first reply.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    tags: TAGS.map((name) => ({ name })),
    paths: { ...paths, ...OTHER_PATHS },
    components: {
      schemas: { ...Object.fromEntries<JsonSchema>(schemas), Problem: jsonSchema(PROBLEM_SCHEMA, 'output') },
      responses: {
        Problem: {
          description: 'Refused: a code and one sentence that says what to do',
          content: { 'application/problem+json': { schema: reference('Problem') } },
        },
      },
      parameters: {
        IdempotencyKey: header(
          'Idempotency-Key',
          'Names the request; a retry has the same. Stands for `id` in the body.',
        ),
        Actor: header(HEADERS.actor, 'In whose name, as the ledger will say.'),
        Deadline: header(HEADERS.deadline, 'Epoch milliseconds; work that has not begun by then is dropped.'),
      },
    },
  };
}

function described(operation: Operation): JsonSchema {
  const { id, tag, summary, description, replies, status = 200 } = operation;
  const reply = operation.inBatches || id === 'receiveEvents' ? eitherOrBatch(reference(replies)) : reference(replies);
  const answer = { description: 'Done', content: { 'application/json': { schema: reply } } };
  return {
    operationId: id,
    tags: [tag],
    summary,
    ...(description !== undefined && { description }),
    parameters: [...pathParameters(operation), ...queryParameters(operation), ...headerParameters(operation)],
    ...(operation.method === 'POST' && { requestBody: requestBody(operation) }),
    responses: {
      [String(status)]: answer,
      ...(id === 'receiveEvents' && { 207: { ...answer, description: 'Some events of the batch were refused' } }),
      default: { $ref: '#/components/responses/Problem' },
    },
  };
}

const header = (name: string, description: string): JsonSchema => ({
  name,
  in: 'header',
  description,
  schema: { type: 'string' },
});

const pathParameters = ({ path }: Operation): readonly JsonSchema[] =>
  Array.from(path.matchAll(/\{(\w+)\}/g), ([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));

function queryParameters({ method, takes, id }: Operation): readonly JsonSchema[] {
  const account = { name: 'account', in: 'query', required: id === 'report', schema: { type: 'string' } };
  if (id === 'receiveEvents') return [account];
  if (method !== 'GET' || takes === undefined) return [];
  const { properties, required } = jsonSchema(takes);
  const parameters = Object.entries(objectIn(properties)).map(([name, schema]) =>
    name === 'where'
      ? { name, in: 'query', schema: { type: 'array', items: { type: 'string' } }, explode: true }
      : { name, in: 'query', required: isRequired(id, name, required), schema, explode: false },
  );
  return id === 'report' ? [account, ...parameters] : parameters;
}

/** A report without `by` is one row. */
const isRequired = (id: string, name: string, required: unknown): boolean =>
  listIn(required).includes(name) && !(id === 'report' && name === 'by');

const headerParameters = ({ method, hasId }: Operation): readonly JsonSchema[] =>
  ['Actor', 'Deadline', ...(hasId && method === 'POST' ? ['IdempotencyKey'] : [])].map((name) => ({
    $ref: `#/components/parameters/${name}`,
  }));

function requestBody({ takes, inPath = [], hasId, inBatches, mediaTypes = {} }: Operation): JsonSchema {
  const whole = takes === undefined ? {} : jsonSchema(takes);
  const one = inPath.length > 0 || hasId ? adjusted(whole, { without: inPath, optional: hasId ? ['id'] : [] }) : whole;
  const schema = inBatches ? eitherOrBatch(one, whole) : one;
  const others = Object.entries(mediaTypes).map(([mediaType, description]) => {
    if (!mediaType.includes('json')) return [mediaType, { schema: { type: 'string', description } }];
    const items = mediaType.includes('batch')
      ? { type: 'array', items: whole, description }
      : { ...whole, description };
    return [mediaType, { schema: items }];
  });
  return { required: true, content: { 'application/json': { schema }, ...Object.fromEntries(others) } };
}

const eitherOrBatch = (one: JsonSchema, item: JsonSchema = one): JsonSchema => ({
  anyOf: [
    one,
    {
      type: 'object',
      properties: { items: { type: 'array', items: item } },
      required: ['items'],
      additionalProperties: false,
    },
  ],
});
