import { describe, expect, it } from '@jest/globals';
import { OPERATIONS } from '../operations/operations.js';
import { openApiDocument } from './document.js';

interface Described {
  readonly operationId: string;
  readonly requestBody?: {
    readonly content: Readonly<Record<string, { readonly schema: Schema }>>;
  };
  readonly parameters?: readonly { readonly name?: string; readonly in?: string }[];
}
interface Schema {
  readonly properties?: Readonly<Record<string, unknown>>;
  readonly required?: readonly string[];
}

const document = openApiDocument(OPERATIONS);
const paths = document['paths'] as Readonly<Record<string, Readonly<Record<string, Described>>>>;
const described = Object.values(paths).flatMap((path) => Object.values(path));

function* references(value: unknown): Iterable<string> {
  if (typeof value !== 'object' || value === null) return;
  for (const [name, inner] of Object.entries(value)) {
    if (name === '$ref' && typeof inner === 'string') yield inner;
    yield* references(inner);
  }
}

describe('the document of the interface', () => {
  it('has every operation that is served, each under its own name', () => {
    for (const { path, method, id } of OPERATIONS) expect(paths[path]?.[method.toLowerCase()]?.operationId).toBe(id);
    const names = described.map(({ operationId }) => operationId);
    expect(new Set(names).size).toBe(names.length);
  });

  it('points at nothing that is not there', () => {
    for (const reference of references(document)) {
      const parts = reference.replace('#/', '').split('/');
      const found = parts.reduce<unknown>((at, part) => (at as Record<string, unknown> | undefined)?.[part], document);
      expect([reference, typeof found]).toEqual([reference, 'object']);
    }
  });

  it('names each part of a path', () => {
    for (const [path, methods] of Object.entries(paths))
      for (const { parameters = [] } of Object.values(methods)) {
        const named = parameters.filter((parameter) => parameter.in === 'path').map(({ name }) => name);
        expect(named).toEqual(Array.from(path.matchAll(/\{(\w+)\}/g), ([, name]) => name));
      }
  });

  it('takes what the path says out of the body, and needs no id there that the header can give', () => {
    const capture = described.find(({ operationId }) => operationId === 'capture');
    const { schema } = capture!.requestBody!.content['application/json']!;
    expect(Object.keys(schema.properties!)).toContain('id');
    expect(Object.keys(schema.properties!)).not.toContain('hold');
    expect(schema.required ?? []).toEqual([]);
  });

  it('says that a policy file may be sent as it is', () => {
    const apply = described.find(({ operationId }) => operationId === 'applyPolicy');
    expect(Object.keys(apply!.requestBody!.content)).toEqual(['application/json', 'application/yaml']);
  });
});
