import { describe, expect, it } from '@jest/globals';
import { ColumnMapping } from './column-mapping.js';

const defaults = { source: 'import/bill.csv', tags: {} };

describe('the columns of a CSV of usage', () => {
  it('are what the mapping says, and those that bear a field of an event need none', () => {
    const header = ['request', 'model', 'input_tokens', 'out', 'tag.team', 'comment'];
    const mapping = new ColumnMapping({ id: 'request', output_tokens: 'out' }, header);
    const cells = { request: 'r-1', model: 'gpt-4o', input_tokens: '374', out: '44', 'tag.team': 'a', comment: 'x' };
    expect(mapping.eventOf(cells, '1', { ...defaults, payer: 'project/chat' })).toEqual({
      specversion: '1.0',
      type: 'exchequer.usage.v1',
      source: 'import/bill.csv',
      id: 'r-1',
      data: {
        payer: 'project/chat',
        model: 'gpt-4o',
        meters: { input_tokens: 374, output_tokens: 44 },
        tags: { team: 'a' },
      },
    });
  });

  it('say more than the defaults do; an empty cell says nothing', () => {
    const mapping = new ColumnMapping({}, ['payer', 'model', 'nodes', 'time', 'images']);
    const given = { ...defaults, payer: 'org', model: 'gpt-4o', tags: { env: 'prod' } };
    const cells = { payer: 'user/ada', model: '', nodes: 'key/k-7  agent/a', time: '2026-11-21T10:00:00Z', images: '' };
    expect(mapping.eventOf(cells, '7', given)).toMatchObject({
      id: '7',
      time: '2026-11-21T10:00:00Z',
      data: { payer: 'user/ada', model: 'gpt-4o', nodes: ['key/k-7', 'agent/a'], meters: {}, tags: { env: 'prod' } },
    });
  });

  it.each([
    ['true', { critical: true }],
    ['1', { critical: true }],
    ['false', { critical: false }],
    ['0', { critical: false }],
    ['', {}],
  ])('tell whether the work was critical: %j', (cell, told) => {
    const mapping = new ColumnMapping({ critical: 'urgent' }, ['urgent', 'model']);
    const event = mapping.eventOf({ urgent: cell, model: 'gpt-4o' }, '1', defaults);
    expect(event).toMatchObject({ data: { model: 'gpt-4o', meters: {}, ...told } });
    expect('critical' in (event as { data: object }).data).toBe(cell !== '');
  });

  it('tell nothing else of that', () =>
    expect(new ColumnMapping({}, ['critical']).eventOf({ critical: 'very' }, '1', defaults)).toBe(
      'critical "very" is neither true nor false',
    ));

  it('tell the kind of task, its outcome, whose key it was, and its tags', () => {
    const mapping = new ColumnMapping({ credentialType: 'key_kind', 'tag.feature': 'use' }, [
      'taskType',
      'outcome',
      'key_kind',
      'use',
    ]);
    const cells = { taskType: 'ticket', outcome: 'resolved', key_kind: 'own-key', use: 'chat' };
    expect(mapping.eventOf(cells, '1', defaults)).toMatchObject({
      data: {
        taskType: 'ticket',
        outcome: 'resolved',
        credentialType: 'own-key',
        meters: {},
        tags: { feature: 'chat' },
      },
    });
  });

  it('keep fractions as texts, so that they stay exact', () => {
    const mapping = new ColumnMapping({ gpu_seconds: 'gpu' }, ['gpu']);
    expect(mapping.eventOf({ gpu: '0.1' }, '1', defaults)).toMatchObject({ data: { meters: { gpu_seconds: '0.1' } } });
  });

  it.each(['oops', '-1', '1e3', '1,5', 'NaN'])('hold no quantity in %j', (text) => {
    const mapping = new ColumnMapping({}, ['input_tokens']);
    expect(mapping.eventOf({ input_tokens: text }, '1', defaults)).toBe(`input_tokens "${text}" is no quantity`);
  });

  it('must be there when the mapping names them', () => {
    expect(new ColumnMapping({ id: 'nope' }, ['id']).missingIn(['id'])).toBe('nope');
    expect(new ColumnMapping({}, ['id']).missingIn(['id'])).toBeUndefined();
  });
});
