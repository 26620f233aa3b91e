import { once } from 'node:events';
import { openLedger } from '@exchequer/ledger';
import { runTypeScript, seededRandom, withScratchDirectory } from '@exchequer/testing';
import { describe, expect, it, jest } from '@jest/globals';
import { openAnalytics } from '../connection/open-analytics.js';
import { Bookkeeper, call, START } from '../spec/bookkeeper.js';
import { writeBusyHour } from '../spec/busy-hour.js';
import { differences, project } from '../spec/projected.js';

jest.setTimeout(120_000);

const KILLS = 4;

describe('a process that is killed in the middle of its inserts', () => {
  it('leaves no row out and none twice for the next one', () =>
    withScratchDirectory(async (directory) => {
      const ledger = openLedger(`lmdb:${directory.join('ledger')}`);
      const books = new Bookkeeper(ledger);
      await writeBusyHour(books);
      for (let entry = 0; entry < 60; entry++)
        await books.write(START, [call({ id: `more-${String(entry)}`, cost: 3n })]);
      const random = seededRandom(7);
      const program = new URL('../spec/project-until-killed.ts', import.meta.url);
      for (let kill = 0; kill < KILLS; kill++) {
        const child = runTypeScript(program, directory.join('ledger'), directory.join('analytics'));
        const exited = once(child, 'exit');
        const aim = BigInt(random.integer(0, 12) + kill * 14);
        child.on('message', ({ position }: { position?: string }) => {
          if (position !== undefined && BigInt(position) >= aim) child.kill('SIGKILL');
        });
        expect(await exited).toEqual([null, 'SIGKILL']);
      }
      const analytics = await openAnalytics(`chdb:${directory.join('analytics')}`);
      await project({ ledger, analytics });
      expect(await differences({ ledger, analytics })).toEqual([]);
      await analytics.close();
      await ledger.close();
    }));
});
