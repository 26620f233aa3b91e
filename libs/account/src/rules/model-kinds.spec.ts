import { describe, expect, it } from '@jest/globals';
import { limitName, nodeId } from '@exchequer/kernel';
import { Book, configure, node, t } from '../spec/book.js';
import { askingText, kindOf } from './model-kinds.js';

const KINDS = [
  { kind: 'chat', models: ['nano', 'mini'] },
  { kind: 'code', models: ['coder', 'expert'] },
];

function company(): Book {
  const book = new Book();
  book.must(t(0), { ...configure(node('org')), modelKinds: KINDS });
  return book;
}

describe('a model', () => {
  it('is of the kind that names it, whichever comes first, or of none', () => {
    const { state } = company();
    expect(kindOf(state, 'mini')).toEqual(['nano', 'mini']);
    expect(kindOf(state, 'expert')).toEqual(['coder', 'expert']);
    expect(kindOf(state, 'stranger')).toEqual([]);
  });

  it('that is stated twice is refused at its second place', () => {
    const modelKinds = [...KINDS, { kind: 'voice', models: ['tenor', 'mini'] }];
    expect(company().refused(t(1), { ...configure(), modelKinds })).toMatchObject({
      message: 'mini is of the kind chat already.',
      path: 'modelKinds.voice.1',
    });
  });
});

describe('the rule that asks for a cheaper model', () => {
  it('is told as a limit or as a rate, with whose it is', () => {
    const ada = nodeId('user/ada');
    expect(askingText({ node: ada, limit: limitName('daily') })).toBe('the limit daily of user/ada');
    expect(askingText({ node: ada, rate: 'requests/minute' })).toBe('the rate requests/minute of user/ada');
  });
});
