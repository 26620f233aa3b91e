import { describe, expect, it } from '@jest/globals';
import { EventLog, type ProposedEvent } from './event-log.js';

const event = (id: string, text = id): ProposedEvent => ({
  id,
  type: 'entry',
  contentType: 'application/octet-stream',
  data: Buffer.from(text),
  metadata: Buffer.alloc(0),
});

const withTwo = (): EventLog => {
  const log = new EventLog();
  log.append('account-a', 'no-stream', [event('1'), event('2')], 0);
  return log;
};

describe('an append to the double', () => {
  it('is stored when the stream ends where it expects', () => {
    const log = withTwo();
    expect(log.append('account-a', 1, [event('3')], 0)).toMatchObject({ kind: 'stored', revision: 2 });
    expect(log.stream('account-a')?.map((stored) => stored.revision)).toEqual([0, 1, 2]);
  });

  it('is refused when the stream ends elsewhere', () => {
    const log = withTwo();
    expect(log.append('account-a', 0, [event('3')], 0)).toEqual({ kind: 'wrong-revision', current: 1 });
    expect(log.append('account-a', 'no-stream', [event('3')], 0)).toEqual({ kind: 'wrong-revision', current: 1 });
    expect(log.append('account-b', 4, [event('3')], 0)).toEqual({ kind: 'wrong-revision', current: -1 });
    expect(log.append('account-b', 'stream-exists', [event('3')], 0)).toEqual({ kind: 'wrong-revision', current: -1 });
  });

  it('answers nothing to an append of nothing', () => {
    const log = withTwo();
    expect(log.append('account-a', 1, [], 0)).toEqual({ kind: 'nothing-to-store' });
    expect(log.lastRevision('account-a')).toBe(1);
  });

  it('is refused above one mebibyte', () => {
    const log = new EventLog();
    const large = { ...event('1'), data: Buffer.alloc(1_048_570) };
    expect(log.append('account-a', 'any', [large], 0)).toEqual({ kind: 'too-large', bytesMax: 1_048_576 });
  });
});

describe('a repeated append', () => {
  it('gets the first answer when the ids are the same, even with other data, which are dropped', () => {
    const log = withTwo();
    log.append('account-a', 1, [event('3')], 0);
    const first = log.stream('account-a')?.[1];
    expect(log.append('account-a', 'no-stream', [event('1'), event('2', 'other')], 0)).toEqual({
      kind: 'repeated',
      revision: 1,
      position: first?.position,
    });
    expect(Buffer.from(log.stream('account-a')![1]!.data).toString()).toBe('2');
  });

  it('may be a prefix of the first', () =>
    expect(withTwo().append('account-a', 'no-stream', [event('1')], 0)).toMatchObject({
      kind: 'repeated',
      revision: 0,
    }));

  it('is refused with one id changed, and with one more', () => {
    const log = withTwo();
    expect(log.append('account-a', 'no-stream', [event('1'), event('9')], 0).kind).toBe('wrong-revision');
    expect(log.append('account-a', 'no-stream', [event('1'), event('2'), event('3')], 0).kind).toBe('wrong-revision');
  });

  it('is stored again at the new end of the stream', () =>
    expect(withTwo().append('account-a', 1, [event('1')], 0)).toMatchObject({ kind: 'stored', revision: 2 }));

  it('is known by its ids wherever they are when any revision will do', () =>
    expect(withTwo().append('account-a', 'any', [event('2')], 0)).toMatchObject({ kind: 'repeated', revision: 1 }));
});

describe('reading the double', () => {
  it('has growing positions over all streams', () => {
    const log = withTwo();
    log.append('account-b', 'no-stream', [event('3')], 0);
    const positions = log.after(0n).map((stored) => stored.position);
    expect(positions).toEqual([...positions].sort((a, b) => (a < b ? -1 : 1)));
    expect(log.after(positions[0]!).map((stored) => stored.id)).toEqual(['2', '3']);
    expect(log.after(positions[2]!)).toEqual([]);
  });

  it('shows as many of a stream as its $maxCount says', () => {
    const log = withTwo();
    log.append('$$account-a', 'any', [event('m', '{"$maxCount":1}')], 0);
    expect(log.stream('account-a')?.map((stored) => stored.revision)).toEqual([1]);
    expect(log.stream('account-c')).toBeUndefined();
  });

  it('shows data that were changed behind its back', () => {
    const log = withTwo();
    log.tamper('account-a', 0, () => Buffer.from('x'));
    expect(Buffer.from(log.stream('account-a')![0]!.data).toString()).toBe('x');
    expect(Buffer.from(log.after(0n)[0]!.data).toString()).toBe('x');
  });
});
