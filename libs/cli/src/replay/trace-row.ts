/** One call of a trace. */
export interface TraceRow {
  /** From 0, broken rows counted. */
  readonly index: number;
  /** When the call was made, in epoch milliseconds. */
  readonly atMs: number;
  readonly contextTokens: number;
  readonly generatedTokens: number;
}

/** A row that is no call. */
export interface BrokenRow {
  /** From 1, without the header. */
  readonly row: number;
  /** The line of the file, from 1. */
  readonly line: number;
  readonly reason: string;
}

export const TRACE_COLUMNS = ['TIMESTAMP', 'ContextTokens', 'GeneratedTokens'] as const;

/** Places of {@link TRACE_COLUMNS} in the rows of a file. */
export type ColumnPlaces = readonly [at: number, context: number, generated: number];

/** Where the columns are by the header, or the name of one that is missing. */
export function placesOf(header: readonly string[]): ColumnPlaces | string {
  const names = header.map((name) => unquoted(name).toLowerCase());
  const places = TRACE_COLUMNS.map((column) => names.indexOf(column.toLowerCase()));
  const [at = -1, context = -1, generated = -1] = places;
  return TRACE_COLUMNS[places.indexOf(-1)] ?? [at, context, generated];
}

const TIMESTAMP = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d(?:\.\d{1,9})?)Z?$/;
const COUNT = /^\d{1,15}$/;

/** The call that a row's fields tell of, or why they tell of none. */
export function readRow(
  index: number,
  fields: readonly string[],
  [at, context, generated]: ColumnPlaces,
): TraceRow | string {
  const told = (place: number): string => unquoted(fields[place] ?? '');
  const [, day, time] = TIMESTAMP.exec(told(at)) ?? [];
  const atMs = day === undefined || time === undefined ? Number.NaN : Date.parse(`${day}T${time.slice(0, 12)}Z`);
  if (Number.isNaN(atMs))
    return `TIMESTAMP ${shown(told(at))} is no time; it takes one such as 2023-11-16 18:15:46.6805900`;
  if (!COUNT.test(told(context))) return `ContextTokens ${shown(told(context))} is no whole number`;
  if (!COUNT.test(told(generated))) return `GeneratedTokens ${shown(told(generated))} is no whole number`;
  return { index, atMs, contextTokens: Number(told(context)), generatedTokens: Number(told(generated)) };
}

const unquoted = (field: string): string => /^"(.*)"$/.exec(field.trim())?.[1] ?? field.trim();
const shown = (field: string): string => JSON.stringify(field.slice(0, 40));
