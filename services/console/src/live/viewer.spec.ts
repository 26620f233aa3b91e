import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { LIVE_BOUNDS } from './bounds.js';
import { Viewer } from './viewer.js';

/** The part of a response that a viewer uses, with a reader who may stop reading. */
class Connection extends EventEmitter {
  writableNeedDrain = false;
  isDestroyed = false;
  isEnded = false;
  readonly written: string[] = [];

  write(text: string): boolean {
    this.written.push(text);
    return true;
  }

  end(): this {
    this.isEnded = true;
    return this;
  }

  destroy(): this {
    this.isDestroyed = true;
    return this;
  }

  take(): string {
    return this.written.splice(0).join('');
  }
}

const view = (): [Viewer, Connection] => {
  const connection = new Connection();
  const viewer = new Viewer(connection as unknown as ConstructorParameters<typeof Viewer>[0], 'demo');
  return [viewer, connection];
};

describe('a viewer of the live stream', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it('is greeted, and told at once how to come back', () => {
    const [, connection] = view();
    expect(connection.take()).toBe('retry: 2000\nevent: open\ndata: {"account":"demo"}\n\n');
  });

  it('hears of many appends as one, the newest', () => {
    const [viewer, connection] = view();
    connection.take();
    for (const position of [7n, 9n, 8n]) viewer.appended(position);
    jest.advanceTimersByTime(LIVE_BOUNDS.beatMs);
    expect(connection.take()).toBe('event: ledger\ndata: {"position":"9"}\n\n');
    jest.advanceTimersByTime(LIVE_BOUNDS.beatMs * 4);
    expect(connection.take()).toBe('');
  });

  it('hears how many were refused, and the newest of them first', () => {
    const [viewer, connection] = view();
    connection.take();
    const all = Array.from({ length: LIVE_BOUNDS.refusalsPerBeatMax + 5 }, (_, number) => ({ number }));
    viewer.refused(all.slice(0, 3));
    viewer.refused(all.slice(3));
    jest.advanceTimersByTime(LIVE_BOUNDS.beatMs);
    const told = JSON.parse(connection.take().split('data: ')[1]!) as { count: number; newest: { number: number }[] };
    expect(told.count).toBe(25);
    expect(told.newest.map(({ number }) => number)).toEqual(Array.from({ length: 20 }, (_, index) => 24 - index));
  });

  it('that does not read is sent nothing more, and then the newest', () => {
    const [viewer, connection] = view();
    connection.take();
    connection.writableNeedDrain = true;
    for (let position = 1n; position <= 1_000n; position += 1n) {
      viewer.appended(position);
      jest.advanceTimersByTime(LIVE_BOUNDS.beatMs / 10);
    }
    expect(connection.take()).toBe('');
    connection.writableNeedDrain = false;
    connection.emit('drain');
    jest.advanceTimersByTime(LIVE_BOUNDS.beatMs);
    expect(connection.take()).toBe('event: ledger\ndata: {"position":"1000"}\n\n');
  });

  it('that has not read for long is cut off, and one that is only quiet is kept', () => {
    const [, quiet] = view();
    const [, stuck] = view();
    stuck.writableNeedDrain = true;
    quiet.take();
    jest.advanceTimersByTime(LIVE_BOUNDS.silentMaxMs + LIVE_BOUNDS.heartbeatEveryMs);
    expect([stuck.isDestroyed, quiet.isDestroyed]).toEqual([true, false]);
    expect(quiet.take()).toBe(': still here\n\n'.repeat(3));
  });

  it('that left is forgotten', () => {
    const [viewer, connection] = view();
    connection.take();
    viewer.appended(1n);
    viewer.close();
    jest.advanceTimersByTime(60_000);
    expect([connection.isEnded, connection.take()]).toEqual([true, '']);
  });
});
