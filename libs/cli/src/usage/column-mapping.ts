import { CORE_METERS } from '@exchequer/rating';
import { USAGE_EVENT_TYPE } from '@exchequer/contracts';

/** What every event of a file shares, where the file does not say otherwise. */
export interface EventDefaults {
  readonly source: string;
  readonly payer?: string | undefined;
  readonly model?: string | undefined;
  readonly tags: Readonly<Record<string, string>>;
}

const ENVELOPE = ['id', 'time', 'source'] as const;
const TEXTS = [
  'payer',
  'hold',
  'model',
  'provider',
  'serviceTier',
  'taskType',
  'taskId',
  'outcome',
  'credentialType',
] as const;
/** Told as true or false. */
const MARK = 'critical';
const MARKS: Readonly<Record<string, boolean>> = { true: true, false: false, '1': true, '0': false };
const TAG = 'tag.';
const QUANTITY = /^\d{1,15}(?:\.\d{1,9})?$/;

/** Columns that are taken by their own name when no mapping says what they are. */
const SELF_NAMED: ReadonlySet<string> = new Set<string>([
  ...ENVELOPE,
  ...TEXTS,
  MARK,
  ...CORE_METERS.map(({ name }) => name),
]);

/**
 * From which column of a CSV each field of a usage event comes. A field is `id`, `time`, `source`, one of the texts of an
 * event, `critical` (true or false), `nodes` (with spaces between them), `tag.<name>`, or the name of a meter.
 */
export class ColumnMapping {
  private readonly columns: ReadonlyMap<string, string>;

  /** @param given columns by field; the header's columns that bear a field's name need none. */
  constructor(given: Readonly<Record<string, string>>, header: readonly string[]) {
    const mapped = new Set(Object.values(given));
    const selfNamed = header.filter(
      (column) => !mapped.has(column) && (SELF_NAMED.has(column) || column === 'nodes' || column.startsWith(TAG)),
    );
    this.columns = new Map([...selfNamed.map((column) => [column, column] as const), ...Object.entries(given)]);
  }

  /** A column that the mapping names and the header does not have. */
  missingIn(header: readonly string[]): string | undefined {
    return [...this.columns.values()].find((column) => !header.includes(column));
  }

  /** The event of a row, or why there is none. */
  eventOf(cells: Readonly<Record<string, string>>, ownId: string, defaults: EventDefaults): object | string {
    const told = new Map<string, string>();
    for (const [field, column] of this.columns) {
      const cell = (cells[column] ?? '').trim();
      if (cell !== '') told.set(field, cell);
    }
    const meters: Record<string, number | string> = {};
    const tags: Record<string, string> = { ...defaults.tags };
    for (const [field, text] of told) {
      if (field.startsWith(TAG)) tags[field.slice(TAG.length)] = text;
      else if (!isTold(field)) {
        if (!QUANTITY.test(text)) return `${field} ${JSON.stringify(text.slice(0, 40))} is no quantity`;
        meters[field] = text.includes('.') ? text : Number(text);
      }
    }
    const mark = told.get(MARK);
    if (mark !== undefined && MARKS[mark] === undefined)
      return `${MARK} ${JSON.stringify(mark.slice(0, 40))} is neither true nor false`;
    const { source, payer, model } = defaults;
    const texts = TEXTS.flatMap((field) => {
      const text = told.get(field);
      return text === undefined ? [] : [[field, text] as const];
    });
    const nodes = told.get('nodes')?.split(/\s+/);
    return {
      specversion: '1.0',
      type: USAGE_EVENT_TYPE,
      source: told.get('source') ?? source,
      id: told.get('id') ?? ownId,
      ...(told.has('time') && { time: told.get('time') }),
      data: {
        ...(payer !== undefined && { payer }),
        ...(model !== undefined && { model }),
        ...Object.fromEntries(texts),
        ...(nodes !== undefined && { nodes }),
        ...(mark !== undefined && { critical: MARKS[mark] }),
        meters,
        ...(Object.keys(tags).length > 0 && { tags }),
      },
    };
  }
}

const isTold = (field: string): boolean =>
  field === 'nodes' || [...ENVELOPE, ...TEXTS, MARK].some((known) => known === field);
