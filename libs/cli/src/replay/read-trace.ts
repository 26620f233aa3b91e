import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { parse } from 'csv-parse';
import { whyUnreadable } from '../commands/read-text-file.js';
import { UsageFault } from '../shell/faults.js';
import { placesOf, readRow, TRACE_COLUMNS, type BrokenRow, type ColumnPlaces, type TraceRow } from './trace-row.js';

/** A line longer than this is no row of a trace, and the file none. */
const ROW_BYTES_MAX = 64 * 1024;

/** What makes a trace this one and no other, and about how long it is. */
export interface TraceIdentity {
  /** SHA-256 of the file, in hex. */
  readonly hash: string;
  /** Line ends in it. */
  readonly lines: number;
}

const LINE_FEED = 10;

/** @throws UsageFault when the file cannot be read. */
export async function hashTrace(path: string): Promise<TraceIdentity> {
  const hash = createHash('sha256');
  let lines = 0;
  try {
    for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
      hash.update(chunk);
      for (let at = chunk.indexOf(LINE_FEED); at >= 0; at = chunk.indexOf(LINE_FEED, at + 1)) lines += 1;
    }
  } catch (cause) {
    throw asUsageFault(path, cause);
  }
  return { hash: hash.digest('hex'), lines };
}

/**
 * The rows of a trace in their order: a CSV with the columns {@link TRACE_COLUMNS}, any line ends, with or without a byte
 * order mark. A quote stands for itself, so that one that is never closed breaks its own row and no other.
 *
 * @throws UsageFault when the file cannot be read or is no such CSV.
 */
export async function* readTrace(path: string): AsyncGenerator<TraceRow | BrokenRow> {
  const source = createReadStream(path);
  const records = source.pipe(
    parse({
      bom: true,
      quote: null,
      info: true,
      relax_column_count: true,
      skip_empty_lines: true,
      record_delimiter: ['\r\n', '\n', '\r'],
      max_record_size: ROW_BYTES_MAX,
    }),
  );
  source.once('error', (error) => records.destroy(error));
  let places: ColumnPlaces | undefined;
  let index = 0;
  try {
    for await (const { record, info } of records as AsyncIterable<CsvRecord>) {
      if (places === undefined) places = headerOf(path, record);
      else {
        const row = readRow(index, record, places);
        yield typeof row === 'string' ? { row: index + 1, line: info.lines, reason: row } : row;
        index += 1;
      }
    }
  } catch (cause) {
    throw asUsageFault(path, cause);
  }
  if (places === undefined)
    throw new UsageFault(`${path} is empty; it takes a CSV with the columns ${TRACE_COLUMNS.join(', ')}.`);
}

interface CsvRecord {
  readonly record: readonly string[];
  readonly info: { readonly lines: number };
}

function headerOf(path: string, header: readonly string[]): ColumnPlaces {
  const places = placesOf(header);
  if (typeof places !== 'string') return places;
  throw new UsageFault(`${path} has no column ${places}; it takes a CSV with the columns ${TRACE_COLUMNS.join(', ')}.`);
}

function asUsageFault(path: string, cause: unknown): unknown {
  if (cause instanceof UsageFault) return cause;
  const code = (cause as { readonly code?: unknown }).code;
  if (typeof code !== 'string') return cause;
  const reason = code.startsWith('CSV_') ? (cause as Error).message : whyUnreadable(cause);
  return new UsageFault(`${path} cannot be read: ${reason}.`, { cause });
}
