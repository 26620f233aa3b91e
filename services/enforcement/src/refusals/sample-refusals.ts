import { nextDecisionId } from '../methods/decision-id.js';
import type { RefusalRow } from './refusal-row.js';

/** How many refusals of one account are kept one by one, of each second. */
export const REFUSALS_KEPT_PER_SECOND = 100;
/** Payers and reasons that are told apart among those that are not, of each account and second. */
export const REASONS_PER_SECOND_MAX = 200;

const SECOND_MS = 1_000;

/** Refusals of one payer for one reason, in one second. */
interface Reason {
  /** The last of them. */
  last: RefusalRow;
  leftOut: number;
}

/** What became of an account's refusals in one second. */
interface Second {
  readonly beganAt: number;
  kept: number;
  readonly reasons: Map<string, Reason>;
}

/**
 * Says which refusals are kept one by one. A caller that is refused and asks again at once must not fill the reports: of
 * each account and second the first {@link REFUSALS_KEPT_PER_SECOND} are kept, then only the first for every payer and
 * reason, and the others are counted.
 */
export class RefusalSample {
  private readonly seconds = new Map<string, Second>();
  /** Refusals that were counted only, since the process began. */
  leftOut = 0;

  /** The refusals that are kept, and what was counted in a second that is over. */
  take(account: string, rows: readonly RefusalRow[], nowMs: number): readonly RefusalRow[] {
    const beganAt = nowMs - (nowMs % SECOND_MS);
    const known = this.seconds.get(account);
    const ended = known !== undefined && known.beganAt !== beganAt ? countedIn(known) : [];
    const second = known?.beganAt === beganAt ? known : { beganAt, kept: 0, reasons: new Map<string, Reason>() };
    this.seconds.set(account, second);
    return [...ended, ...rows.filter((row) => this.isKept(second, row))];
  }

  /** What was counted in seconds that are over, by account; they are forgotten. */
  *endedBy(nowMs: number): Iterable<readonly [account: string, rows: readonly RefusalRow[]]> {
    for (const [account, second] of this.seconds) {
      if (second.beganAt + SECOND_MS > nowMs) continue;
      this.seconds.delete(account);
      const rows = countedIn(second);
      if (rows.length > 0) yield [account, rows];
    }
  }

  private isKept(second: Second, row: RefusalRow): boolean {
    const { code = '' } = row;
    const key = keyOf(row);
    const known = second.reasons.get(key);
    if (second.kept < REFUSALS_KEPT_PER_SECOND) {
      second.kept += 1;
      if (known === undefined && second.reasons.size < REASONS_PER_SECOND_MAX)
        second.reasons.set(key, { last: row, leftOut: 0 });
      return true;
    }
    if (known === undefined && second.reasons.size < REASONS_PER_SECOND_MAX) {
      second.reasons.set(key, { last: row, leftOut: 0 });
      return true;
    }
    this.leftOut += 1;
    count(second, known === undefined ? code : key, known === undefined ? reasonless(row) : row);
    return false;
  }
}

/** Who was refused, and by what. */
const keyOf = ({ payer, code, binding }: RefusalRow): string =>
  [
    payer,
    code,
    ...(binding === undefined || binding === null
      ? []
      : 'currency' in binding
        ? [binding.node, binding.currency, binding.limit]
        : [binding.node, binding.kind]),
  ].join('\n');

function count({ reasons }: Second, key: string, last: RefusalRow): void {
  const known = reasons.get(key);
  if (known === undefined) reasons.set(key, { last, leftOut: 1 });
  else {
    known.last = last;
    known.leftOut += 1;
  }
}

/** Where there are too many reasons to tell apart, the code alone is counted. */
const reasonless = ({ decisionId, decision, decidedAt, position, code }: RefusalRow): RefusalRow => ({
  decisionId,
  ...(decision !== undefined && { decision }),
  ...(code !== undefined && { code }),
  decidedAt,
  position,
});

/** A row for every payer and reason of which some were left out, with their number. */
const countedIn = ({ reasons }: Second): readonly RefusalRow[] =>
  [...reasons.values()].flatMap(({ last, leftOut }) =>
    leftOut === 0
      ? []
      : {
          decisionId: nextDecisionId(Date.parse(last.decidedAt)),
          decision: 'denied' as const,
          ...(last.code !== undefined && { code: last.code }),
          message: `${String(leftOut)} more were refused for this reason within a second and are not kept one by one.`,
          decidedAt: last.decidedAt,
          position: last.position,
          ...(last.payer !== undefined && { payer: last.payer }),
          ...(last.binding !== undefined && { binding: last.binding }),
          standsFor: leftOut,
        },
  );
