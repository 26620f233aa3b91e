import type { Instant } from '@exchequer/kernel';
import { type CommandRecord, ENTRY_BYTES_MAX, type EntryBody, sealEntry, type StoredFact } from './entry.js';
import { EntryTooLarge } from './errors.js';
import type { SealedEntry } from './port.js';

const jsonBytes = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));

/** What an entry needs beside its commands, both marks of continuation included. */
const FRAME_BYTES = sealEntry('0'.repeat(64), {
  at: Number.MAX_SAFE_INTEGER,
  commands: [],
  continues: true,
  resumes: true,
}).bytes.byteLength;

const COMMA_BYTES = 1;

interface Part {
  commands: CommandRecord[];
  bytes: number;
  continues: boolean;
  readonly resumes: boolean;
}

const newPart = (resumes: boolean): Part => ({ commands: [], bytes: FRAME_BYTES, continues: false, resumes });

/** Lists of facts of which each fits into an entry together with the rest of its command. */
function* pieces(stream: string, { facts, ...rest }: CommandRecord, bytesMax: number): Generator<StoredFact[]> {
  const emptyBytes = FRAME_BYTES + jsonBytes({ ...rest, facts: [] });
  let piece: StoredFact[] = [];
  let bytes = emptyBytes;
  for (const fact of facts) {
    const factBytes = jsonBytes(fact) + COMMA_BYTES;
    if (emptyBytes + factBytes > bytesMax) throw new EntryTooLarge(stream, emptyBytes + factBytes, bytesMax);
    if (bytes + factBytes > bytesMax) {
      yield piece;
      piece = [];
      bytes = emptyBytes;
    }
    piece.push(fact);
    bytes += factBytes;
  }
  yield piece;
}

function cut(stream: string, commands: readonly CommandRecord[], bytesMax: number): Part[] {
  let part = newPart(false);
  const parts = [part];
  const begin = (resumes: boolean): void => {
    part = newPart(resumes);
    parts.push(part);
  };
  for (const command of commands) {
    const bytes = jsonBytes(command) + COMMA_BYTES;
    const fits = part.bytes + bytes <= bytesMax;
    if (!fits && part.commands.length > 0) begin(false);
    if (FRAME_BYTES + bytes <= bytesMax) {
      part.commands.push(command);
      part.bytes += bytes;
      continue;
    }
    for (const [index, facts] of [...pieces(stream, command, bytesMax)].entries()) {
      if (index > 0) {
        part.continues = true;
        begin(true);
      }
      const piece = { ...command, facts };
      part.commands.push(piece);
      part.bytes += jsonBytes(piece) + COMMA_BYTES;
    }
  }
  return parts;
}

/**
 * Seals commands that were decided together, chained to `previousHash`, into as few entries as may be, in order.
 *
 * One entry as a rule. More than {@link ENTRY_BYTES_MAX} is cut between commands; a command that alone is bigger is cut
 * between its facts and spans several entries. The entries belong together: append all of them.
 *
 * @throws EntryTooLarge when a single fact is bigger than an entry may be.
 */
export function sealEntries(
  stream: string,
  previousHash: string,
  at: Instant,
  commands: readonly CommandRecord[],
  bytesMax: number = ENTRY_BYTES_MAX,
): SealedEntry[] {
  const whole = sealEntry(previousHash, { at, commands });
  if (whole.bytes.byteLength <= bytesMax) return [whole];
  let hash = previousHash;
  return cut(stream, commands, bytesMax).map((part) => {
    const marks: Pick<EntryBody, 'continues' | 'resumes'> = {
      ...(part.continues && { continues: true }),
      ...(part.resumes && { resumes: true }),
    };
    const sealed = sealEntry(hash, { at, commands: part.commands, ...marks });
    hash = sealed.hash;
    return sealed;
  });
}
