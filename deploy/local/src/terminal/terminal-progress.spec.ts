import { describe, expect, it } from '@jest/globals';
import type { StackEvent } from '../stack/stack.js';
import { terminalProgress } from './terminal-progress.js';

function written(isTTY: boolean, events: readonly StackEvent[]): string {
  let text = '';
  const tell = terminalProgress({ isTTY, write: (more) => (text += more) });
  for (const event of events) tell(event);
  return text;
}

const progress = (done: number): StackEvent => ({ type: 'progress', what: 'playing', done, total: 8 });

describe('what happens to a stack, on a terminal', () => {
  it('is a line for each event, and for each quarter of the way where nothing can be written over', () => {
    expect(
      written(false, [
        { type: 'step', what: 'starting nats, meter' },
        { type: 'ready', name: 'meter', afterMs: 1_240, isRestart: false },
        ...[1, 2, 3, 4, 5, 6, 7, 8].map(progress),
        { type: 'died', name: 'meter', how: 'was ended by SIGKILL', restartInMs: 500 },
        { type: 'ready', name: 'meter', afterMs: 900, isRestart: true },
        { type: 'stopped', name: 'meter', killed: false },
      ]),
    ).toBe(
      [
        'starting nats, meter …',
        '  ready  meter (1.2 s)',
        'playing: 2 of 8',
        'playing: 4 of 8',
        'playing: 6 of 8',
        'playing: 8 of 8',
        '  !  meter was ended by SIGKILL; it is started again in 0.5 s',
        '  back   meter (0.9 s)',
        '',
      ].join('\n'),
    );
  });

  it('is a bar that moves where lines can be written over', () => {
    const text = written(true, [progress(4), { type: 'note', text: 'Something.' }, progress(8)]);
    expect(text).toContain('\r\u001b[2Kplaying [===============               ] 4 of 8');
    expect(text).toContain('\r\u001b[2KSomething.\n');
    expect(text.endsWith(`playing [${'='.repeat(30)}] 8 of 8\n`)).toBe(true);
  });

  it('ends with where everything is and what to try', () => {
    const addresses = { nats: 'nats://127.0.0.1:4222', http: 'http://127.0.0.1:7070', data: '/data' };
    const text = written(false, [{ type: 'up', addresses, afterMs: 3_000, hasDemo: true }]);
    for (const shown of ['http://127.0.0.1:7070/\n', 'nats://127.0.0.1:4222', '/data', 'after 3.0 s'])
      expect(text).toContain(shown);
    expect(text.match(/^ {2}npx exchequer /gm)).toHaveLength(3);
  });
});
