import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  argumentsForTypeScript,
  createScratchDirectory,
  runTypeScript,
  type ScratchDirectory,
} from '@exchequer/testing';
import { chain, stored, texts } from '../contract/entries.js';
import { WrongRevision } from '../errors.js';
import { NO_STREAM, type Revision } from '../port.js';
import { verifyStream } from '../verify-stream.js';
import { LmdbLedger } from './lmdb-ledger.js';

const STREAM = 'account-acme';
const RACE = new URL('./processes/race.ts', import.meta.url);
const FILL = new URL('./processes/fill.ts', import.meta.url);
const OPEN_WITHOUT_RIGHTS = new URL('./processes/open-without-rights.ts', import.meta.url);

interface Stored {
  readonly kind: 'stored';
  readonly revision: Revision;
  readonly hash: string;
}

let directory: ScratchDirectory;
let children: ChildProcess[];
beforeEach(async () => {
  directory = await createScratchDirectory();
  children = [];
});
afterEach(async () => {
  for (const child of children) child.kill('SIGKILL');
  await directory.remove();
});

const watched = (child: ChildProcess): ChildProcess => {
  children.push(child);
  return child;
};
const run = (file: URL, ...args: string[]): ChildProcess => watched(runTypeScript(file, ...args));

/** Everything that a process reported, once it has ended. */
async function reports(child: ChildProcess): Promise<unknown[]> {
  const found: unknown[] = [];
  child.on('message', (message) => found.push(message));
  await once(child, 'exit');
  return found;
}

describe('several processes with one ledger', () => {
  it('race for a stream, and each place has one winner', async () => {
    const found = await Promise.all(
      ['left', 'right'].map((name) => reports(run(RACE, directory.path, STREAM, name, '150'))),
    );
    const wins = found.flat().filter((message): message is Stored => (message as { kind: string }).kind === 'stored');
    expect(wins).toHaveLength(300);
    expect(new Set(wins.map(({ revision }) => revision)).size).toBe(300);
    const ledger = new LmdbLedger(directory.path);
    expect(await verifyStream(ledger, STREAM)).toMatchObject({ entries: 300, faultCount: 0 });
    await ledger.close();
  }, 20_000);

  it('lose nothing that was acknowledged when one of them is killed, and are not held up by it', async () => {
    const ledger = new LmdbLedger(directory.path);
    for (let round = 0; round < 4; round++) {
      const child = run(RACE, directory.path, STREAM, `round-${round}`, '0');
      const acknowledged: Stored[] = [];
      const enough = new Promise<void>((resolve) =>
        child.on('message', (message) => {
          acknowledged.push(message as Stored);
          if (acknowledged.length === 30 + 7 * round) resolve();
        }),
      );
      await enough;
      child.kill('SIGKILL');
      await once(child, 'exit');
      const report = await verifyStream(ledger, STREAM, {
        onEntry: ({ revision }, { hash }) => {
          const told = acknowledged.find((entry) => entry.revision === revision);
          if (told !== undefined) expect(hash).toBe(told.hash);
        },
      });
      expect(report.faultCount).toBe(0);
      expect(report.head?.revision).toBeGreaterThanOrEqual(acknowledged.at(-1)?.revision ?? 0);
      const appendAfter = async (): Promise<void> => {
        const head = await ledger.head(STREAM);
        await ledger.append(STREAM, head?.revision ?? NO_STREAM, chain(['after'], head?.hash));
      };
      // One that was killed between its last two steps has an entry that readers see only when the next writer has repaired that.
      await appendAfter().catch(async (fault: unknown) => {
        if (!(fault instanceof WrongRevision)) throw fault;
        await appendAfter();
      });
    }
    await ledger.close();
  }, 20_000);

  it('hear of each other by notice, at once, and without notice, after a while', async () => {
    let wake = (): void => undefined;
    const noticed = new LmdbLedger(directory.path, {
      pollMs: 60_000,
      onNotice: (ring) => {
        wake = ring;
        return () => undefined;
      },
    });
    const polling = new LmdbLedger(directory.path, { pollMs: 5 });
    const writer = new LmdbLedger(directory.path);
    const ending = new AbortController();
    const seen = [noticed, polling].map(async (ledger) => {
      for await (const { entries } of ledger.follow(undefined, STREAM, ending.signal))
        if (entries.length > 0) return texts(entries);
      return [];
    });
    await new Promise((resolve) => setTimeout(resolve, 20));
    await writer.append(STREAM, NO_STREAM, chain(['one']));
    wake();
    expect(await Promise.all(seen)).toEqual([texts(chain(['one'])), texts(chain(['one']))]);
    ending.abort();
    await Promise.all([noticed, polling, writer].map((ledger) => ledger.close()));
  });
});

const PRLIMIT = ['/usr/bin/prlimit', '/bin/prlimit'].find(existsSync);

describe('a ledger that cannot be written', () => {
  (PRLIMIT === undefined ? it.skip : it)(
    'refuses with a reason when there is no room, writes nothing by half, and goes on when there is room again',
    async () => {
      const limit = ['--fsize=3000000:unlimited', process.execPath];
      const args = [...limit, ...argumentsForTypeScript(FILL, directory.path, STREAM)];
      // LMDB itself tells of failed writes on standard error.
      const child = watched(spawn(PRLIMIT ?? '', args, { stdio: ['ignore', 'inherit', 'ignore', 'ipc'] }));
      const [full] = (await once(child, 'message')) as [{ message: string; revision: Revision; report: object }];
      expect(full.message).toMatch(
        /^cannot write to the ledger at .*ledger\.mdb: (File too large|Input\/output error); \d+ MiB are free on its disk$/,
      );
      expect(full.revision).toBeGreaterThan(30);
      expect(full.report).toMatchObject({ entries: full.revision + 1, faultCount: 0 });

      const raised = spawn(PRLIMIT ?? '', ['--fsize=unlimited', '--pid', String(child.pid)]);
      expect((await once(raised, 'exit'))[0]).toBe(0);
      const room = once(child, 'message');
      child.send('go on');
      expect((await room)[0]).toMatchObject({
        revision: full.revision + 20,
        report: { entries: full.revision + 21, faultCount: 0 },
      });
      await once(child, 'exit');

      const ledger = new LmdbLedger(directory.path);
      expect(await stored(ledger, STREAM)).toHaveLength(full.revision + 21);
      await ledger.close();
    },
    20_000,
  );

  it('is refused with a reason when its directory may not be written', async () => {
    await chmod(directory.path, 0o555);
    const child = run(OPEN_WITHOUT_RIGHTS, directory.path);
    const [message] = (await once(child, 'message')) as [string];
    expect(message).toMatch(/^cannot open the ledger at .*ledger\.mdb: .*Permission denied/i);
    await once(child, 'exit');
    await chmod(directory.path, 0o755);
  });
});
