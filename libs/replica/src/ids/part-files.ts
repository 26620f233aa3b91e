import { SLOT_CELLS, AddressTable, hashOf, type Address, type IdPart } from '@exchequer/account';
import { createHash } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, writeFile, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { PartStore } from './part-store.js';

const FORMAT_VERSION = 1;
/** The header is JSON in so many bytes, so that slots lie on a boundary. */
const HEADER_BYTES = 1024;
const SLOT_BYTES = SLOT_CELLS * Uint32Array.BYTES_PER_ELEMENT;
/** Slots that are read at once: at the fill of a full table an id lies within them nearly always. */
const SLOTS_READ = 32;

interface Header {
  readonly formatVersion: number;
  readonly part: IdPart;
  readonly endHash: string;
  readonly sha256: string;
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** The parts as files in a directory for each stream. */
export class PartFiles implements PartStore {
  private saves = 0;

  constructor(private readonly directory: string) {}

  /** Beside its final name, and renamed: what a crash left half-written is never taken for a part. */
  async write(stream: string, part: IdPart, table: AddressTable, endHash: string): Promise<void> {
    const path = this.path(stream, part);
    const cells = table.raw();
    const bytes = new Uint8Array(cells.buffer, cells.byteOffset, cells.byteLength);
    const header: Header = { formatVersion: FORMAT_VERSION, part, endHash, sha256: sha256(bytes) };
    const head = Buffer.alloc(HEADER_BYTES, ' ');
    head.write(JSON.stringify(header));
    const unfinished = `${path}.${String(process.pid)}-${String((this.saves += 1))}.tmp`;
    try {
      await mkdir(dirname(path), { recursive: true });
      await writeFile(unfinished, [head, bytes]);
      await rename(unfinished, path);
    } catch (cause) {
      await rm(unfinished, { force: true }).catch(() => undefined);
      throw cause;
    }
  }

  async read(stream: string, part: IdPart, endHash: string): Promise<AddressTable | undefined> {
    const file = await readFile(this.path(stream, part)).catch(() => undefined);
    if (file === undefined || file.byteLength <= HEADER_BYTES) return undefined;
    const header = readHeader(file.toString('utf8', 0, HEADER_BYTES));
    if (header?.endHash !== endHash || !isSamePart(header.part, part)) return undefined;
    const bytes = Uint8Array.from(file.subarray(HEADER_BYTES));
    return sha256(bytes) === header.sha256 ? new AddressTable(new Uint32Array(bytes.buffer)) : undefined;
  }

  async find(stream: string, part: IdPart, id: string): Promise<readonly Address[]> {
    const file = await open(this.path(stream, part));
    try {
      const slots = ((await file.stat()).size - HEADER_BYTES) / SLOT_BYTES;
      return await findFrom(file, slots, id);
    } finally {
      await file.close();
    }
  }

  async removeOthers(stream: string, known: readonly IdPart[]): Promise<void> {
    const directory = this.directoryOf(stream);
    const names = new Set(known.map(nameOf));
    for (const name of await readdir(directory))
      if (name.endsWith(EXTENSION) && !names.has(name)) await rm(join(directory, name), { force: true });
  }

  private path(stream: string, part: IdPart): string {
    return join(this.directoryOf(stream), nameOf(part));
  }

  private directoryOf(stream: string): string {
    return join(this.directory, encodeURIComponent(stream));
  }
}

const EXTENSION = '.ids';
/** The number alone would let a part pass for another: who begins from another snapshot may divide the ids elsewhere. */
const nameOf = ({ kind, number, last, count }: IdPart): string =>
  `${kind}-${String(number)}-${String(count)}-until-${String(last.revision)}.${String(last.index)}${EXTENSION}`;

/** Reads on from the slot of an id's hash to the next empty one; behind the last slot comes the first. */
async function findFrom(file: FileHandle, slots: number, id: string): Promise<readonly Address[]> {
  const { low, high } = { ...hashOf(id) };
  const found: Address[] = [];
  const cells = new Uint32Array(SLOTS_READ * SLOT_CELLS);
  let slot = low & (slots - 1);
  for (;;) {
    const wanted = Math.min(SLOTS_READ, slots - slot);
    const { bytesRead } = await file.read(
      new Uint8Array(cells.buffer),
      0,
      wanted * SLOT_BYTES,
      HEADER_BYTES + slot * SLOT_BYTES,
    );
    if (bytesRead < wanted * SLOT_BYTES) throw new Error('a file of ids is cut off');
    for (let cell = 0; cell < wanted * SLOT_CELLS; cell += SLOT_CELLS) {
      const revision = cells[cell + 2] ?? 0;
      if (revision === 0) return found;
      if (cells[cell] === low && cells[cell + 1] === high)
        found.push({ revision: revision - 1, index: cells[cell + 3] ?? 0 });
    }
    slot = (slot + wanted) & (slots - 1);
  }
}

function readHeader(text: string): Header | undefined {
  try {
    const header = JSON.parse(text) as Partial<Header> | null;
    return header?.formatVersion === FORMAT_VERSION ? (header as Header) : undefined;
  } catch {
    return undefined;
  }
}

const isSamePart = (a: IdPart, b: IdPart): boolean =>
  a.kind === b.kind &&
  a.number === b.number &&
  a.count === b.count &&
  a.newestAt === b.newestAt &&
  isSame(a.first, b.first) &&
  isSame(a.last, b.last);

const isSame = (a: Address, b: Address): boolean => a.revision === b.revision && a.index === b.index;
