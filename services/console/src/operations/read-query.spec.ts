import { describe, expect, it } from '@jest/globals';
import { reportSchema, treeSchema } from '@exchequer/contracts';
import { queryKinds, readQuery } from './read-query.js';

const TREE = queryKinds(treeSchema);

describe('the query of a question', () => {
  it('becomes what the method takes on NATS', () => {
    expect(readQuery({ under: 'team/a', limit: '20', archived: 'true' }, TREE)).toEqual({
      under: 'team/a',
      limit: 20,
      archived: true,
    });
    expect(readQuery({ by: 'day,model,tag:team', from: '2026-11-01T00:00:00Z' }, queryKinds(reportSchema))).toEqual({
      by: ['day', 'model', 'tag:team'],
      from: '2026-11-01T00:00:00Z',
    });
  });

  it.each([
    [{ limit: '2.5' }, 'limit: takes a whole number.'],
    [{ archived: 'yes' }, 'archived: takes true or false.'],
    [{ limit: ['1', '2'] }, 'limit: is given more than once.'],
    [{ page: '1' }, 'Unknown query parameter "page"; there are under, cursor, limit, archived.'],
  ])('is refused when it is not understood: %j', (query, sentence) => {
    expect(() => readQuery(query, TREE)).toThrow(sentence);
  });
});
