import { createHash } from 'node:crypto';
import type { AuthorizeBody, UsageEvent } from '@exchequer/contracts';
import type { TraceRow } from './trace-row.js';

/** What is played, and for whom. */
export interface Play {
  /** SHA-256 of the trace, in hex. */
  readonly fileHash: string;
  readonly payer: string;
  /** Row n uses model n mod count. */
  readonly models: readonly string[];
  /** Each row is a hold and its settlement; else usage alone. */
  readonly authorize: boolean;
  readonly tags: Readonly<Record<string, string>>;
}

/** Longer than any restart of a service takes, and short enough that an abandoned play soon gives back what it held. */
const HOLD_FOR = 'PT5M';
const KEY_LENGTH = 24;

/** The requests of a play. The same play makes the same requests, so that doing it again changes nothing. */
export class PlayPlan {
  /** The source of its usage events, and what its ids begin with. */
  readonly source: string;

  constructor(readonly play: Play) {
    const { fileHash, payer, models, authorize, tags } = play;
    const sortedTags = Object.entries(tags).sort(([a], [b]) => (a < b ? -1 : 1));
    const content = JSON.stringify([fileHash, payer, models, authorize ? 'authorize' : 'usage', sortedTags]);
    this.source = `replay/${createHash('sha256').update(content).digest('hex').slice(0, KEY_LENGTH)}`;
  }

  modelOf({ index }: TraceRow): string {
    const { models } = this.play;
    const model = models[index % models.length];
    if (model === undefined) throw new RangeError('a play needs at least one model');
    return model;
  }

  /** A hold of the row's exact cost: its quantities are known, so that the estimate is the price. */
  authorization(row: TraceRow): AuthorizeBody {
    const { payer, tags } = this.play;
    return {
      id: this.idOf(row),
      payer,
      use: { model: this.modelOf(row), meters: metersOf(row) },
      ...(Object.keys(tags).length > 0 && { tags }),
      holdFor: HOLD_FOR,
    };
  }

  /**
   * The usage of a row. Without a time: it is used now, at the prices of now, and said again later it is still the same
   * event.
   */
  usage(row: TraceRow, hold: string | undefined): Omit<UsageEvent, 'type'> {
    const { payer, tags } = this.play;
    return {
      source: this.source,
      id: String(row.index),
      data: {
        payer,
        ...(hold !== undefined && { hold }),
        model: this.modelOf(row),
        meters: metersOf(row),
        ...(Object.keys(tags).length > 0 && { tags }),
      },
    };
  }

  /** The id of a row's authorization; with another behind it, of what is done about it later. */
  idOf({ index }: TraceRow): string {
    return `${this.source}/${String(index)}`;
  }
}

const metersOf = ({ contextTokens, generatedTokens }: TraceRow) => ({
  input_tokens: contextTokens,
  output_tokens: generatedTokens,
});
