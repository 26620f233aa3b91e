import { join } from 'node:path';
import { open } from 'lmdb';
import type { Revision } from '../port.js';
import { entryKey, placeKey, readPlaceValue } from './keys.js';

/** Hands in the data of a ledger on disk, for specs of the proof. The ledger is closed meanwhile. */
export interface Tampering {
  /** Writes other bytes in the place of an entry. */
  change(stream: string, revision: Revision, change: (bytes: Uint8Array) => Uint8Array): void;
  /** Lets an entry's bytes vanish while its place stays. */
  lose(stream: string, revision: Revision): void;
  /** Removes every trace of an entry. */
  remove(stream: string, revision: Revision): void;
}

export async function tamper(directory: string, act: (hand: Tampering) => void): Promise<void> {
  const db = open<Buffer, Buffer>(join(directory, 'ledger.mdb'), {
    encoding: 'binary',
    keyEncoding: 'binary',
    noSubdir: true,
    overlappingSync: false,
  });
  const keyOf = (stream: string, revision: Revision): Buffer => {
    const place = db.get(placeKey(stream, revision));
    const position = place === undefined ? undefined : readPlaceValue(place);
    if (position === undefined) throw new Error(`there is no ${stream}@${revision}`);
    return entryKey({ position, revision, stream });
  };
  act({
    change: (stream, revision, change) => {
      const key = keyOf(stream, revision);
      db.putSync(key, Buffer.from(change(db.get(key) ?? Buffer.alloc(0))));
    },
    lose: (stream, revision) => void db.removeSync(keyOf(stream, revision)),
    remove: (stream, revision) => {
      db.removeSync(keyOf(stream, revision));
      db.removeSync(placeKey(stream, revision));
    },
  });
  await db.close();
}
