import { getBorderCharacters, table } from 'table';

/** A column of a table in the terminal. */
export interface Column {
  readonly title: string;
  /** `left` when not given; numbers stand right. */
  readonly align?: 'left' | 'right';
}

// Control characters would move the terminal's cursor, and the table's own arithmetic with it.
// eslint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/g;

/** As {@link textTable}, without the columns that no row fills. */
export function filledTable(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const isFilled = columns.map((_column, index) => rows.some((row) => (row[index] ?? '') !== ''));
  const filled = <Cell>(cells: readonly Cell[]): readonly Cell[] => cells.filter((_cell, index) => isFilled[index]);
  return textTable(filled(columns), rows.map(filled));
}

/** Rows below their titles in columns as wide as they need, without borders. */
export function textTable(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const shown = [columns.map(({ title }) => title), ...rows].map((row) =>
    row.map((cell) => cell.replace(CONTROL, ' ')),
  );
  return table(shown, {
    border: getBorderCharacters('void'),
    columns: columns.map(({ align = 'left' }) => ({ alignment: align })),
    columnDefault: { paddingLeft: 0, paddingRight: 2 },
    drawHorizontalLine: () => false,
  })
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}
