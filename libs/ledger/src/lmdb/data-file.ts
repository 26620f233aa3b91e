import { closeSync, existsSync, fstatSync, openSync, readSync } from 'node:fs';
import { endianness } from 'node:os';

// The head of an LMDB data file (version 2 of its format, in the byte order of the machine): two meta pages, each with
// its flags at byte 18, then, behind a header of 24 bytes, a magic number, the format version, and from byte 48 the page size.
const FLAGS_AT = 18;
const META_FLAG = 0x08;
const MAGIC_AT = 24;
const MAGIC = 0xbeefc0de;
const VERSION_AT = 28;
const VERSION = 2;
const PAGE_BYTES_AT = 48;
const PAGE_BYTES_MIN = 512;
const PAGE_BYTES_MAX = 65_536;
const HEAD_BYTES = 52;

const isLittleEndian = endianness() === 'LE';
const uint16 = (bytes: Buffer, at: number): number =>
  isLittleEndian ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at);
const uint32 = (bytes: Buffer, at: number): number =>
  isLittleEndian ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at);

function isMetaPage(descriptor: number, offset: number): false | { readonly pageBytes: number } {
  const head = Buffer.alloc(HEAD_BYTES);
  if (readSync(descriptor, head, 0, HEAD_BYTES, offset) < HEAD_BYTES) return false;
  const pageBytes = uint32(head, PAGE_BYTES_AT);
  const fits =
    (uint16(head, FLAGS_AT) & META_FLAG) !== 0 &&
    uint32(head, MAGIC_AT) === MAGIC &&
    (uint32(head, VERSION_AT) & 0xffff) === VERSION &&
    pageBytes >= PAGE_BYTES_MIN &&
    pageBytes <= PAGE_BYTES_MAX;
  return fits && { pageBytes };
}

/**
 * Says whether a file can be given to LMDB: there is none yet, it is empty, or it has the head of a data file. The package
 * ends the process with a segmentation fault when it is asked to open anything else.
 */
export function canBeDataFile(path: string): boolean {
  if (!existsSync(path)) return true;
  const descriptor = openSync(path, 'r');
  try {
    if (fstatSync(descriptor).size === 0) return true;
    const first = isMetaPage(descriptor, 0);
    return first !== false && isMetaPage(descriptor, first.pageBytes) !== false;
  } finally {
    closeSync(descriptor);
  }
}
