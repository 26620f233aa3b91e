import { createReadStream } from 'node:fs';
import { parse, type CsvError } from 'csv-parse';
import { UsageFault } from '../shell/faults.js';
import { ColumnMapping, type EventDefaults } from './column-mapping.js';
import type { BrokenLine, FiledEvent } from './read-events.js';

const ROW_BYTES_MAX = 1024 * 1024;

export interface CsvOptions {
  /** Columns by the field that they are. */
  readonly map: Readonly<Record<string, string>>;
  readonly defaults: EventDefaults;
}

interface CsvRow {
  readonly record: readonly string[];
  readonly info: { readonly lines: number };
}

/**
 * The events of a CSV with a header, one a row. A row without an `id` gets its number, from 1.
 *
 * @throws UsageFault when the mapping names a column that is not there. Rejects with the system's error for a file that
 *   cannot be read.
 */
export async function* readCsv(path: string, { map, defaults }: CsvOptions): AsyncGenerator<FiledEvent | BrokenLine> {
  const source = createReadStream(path);
  const skipped: BrokenLine[] = [];
  const records = source.pipe(
    parse({
      bom: true,
      info: true,
      relax_column_count: true,
      skip_empty_lines: true,
      skip_records_with_error: true,
      max_record_size: ROW_BYTES_MAX,
      on_skip: (error: CsvError | undefined) => {
        skipped.push({ line: Number(error?.['lines'] ?? 0), reason: error?.message ?? 'it is no CSV' });
        return undefined;
      },
    }),
  );
  source.once('error', (error) => records.destroy(error));
  let header: readonly string[] | undefined;
  let mapping: ColumnMapping | undefined;
  let row = 0;
  for await (const { record, info } of records as AsyncIterable<CsvRow>) {
    if (header === undefined || mapping === undefined) {
      header = record.map((name) => name.trim());
      mapping = mappingOf(path, map, header);
      continue;
    }
    row += 1;
    const cells = Object.fromEntries(header.map((name, index) => [name, record[index] ?? '']));
    const event = mapping.eventOf(cells, String(row), defaults);
    yield typeof event === 'string' ? { line: info.lines, reason: event } : { line: info.lines, event };
  }
  yield* skipped;
}

function mappingOf(path: string, map: CsvOptions['map'], header: readonly string[]): ColumnMapping {
  const mapping = new ColumnMapping(map, header);
  const missing = mapping.missingIn(header);
  if (missing === undefined) return mapping;
  throw new UsageFault(`${path} has no column ${JSON.stringify(missing)}; it has ${header.join(', ')}.`);
}
