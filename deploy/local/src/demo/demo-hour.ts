import { Dice } from './dice.js';
import { WORKLOADS, type Workload } from './demo-workload.js';

export const DEMO_CALLS = 1_500;
const HOUR_MS = 3_600_000;
/** The share of calls that fail before they use anything. */
const FAILED = 0.03;
/** Of a prompt that is read from a cache, so much is. */
const CACHED_SHARE = 0.8;

/** One call of the demo hour. The same number gives the same call, for ever. */
export interface DemoCall {
  /** `call-0001`. */
  readonly id: string;
  readonly work: Workload;
  readonly model: string;
  /** From the beginning of the hour, in milliseconds. */
  readonly afterMs: number;
  readonly inputTokens: number;
  readonly cacheReadTokens: number;
  /** The most that the caller let it answer. */
  readonly outputTokensMax: number;
  readonly outputTokens: number;
  /** It used nothing: its hold is given back. */
  readonly failed: boolean;
}

/** The calls of the demo hour in order of time: few at its edges, most in its middle. */
export function demoHour(): readonly DemoCall[] {
  const calls = Array.from({ length: DEMO_CALLS }, (_, index) => demoCall(index + 1));
  return calls.sort((a, b) => a.afterMs - b.afterMs || (a.id < b.id ? -1 : 1));
}

function demoCall(number: number): DemoCall {
  const id = `call-${String(number).padStart(4, '0')}`;
  const dice = new Dice(`demo/${id}`);
  const work = dice.pick('work', WORKLOADS);
  const input = dice.skewed('input', ...work.inputTokens);
  const cacheReadTokens = dice.chance('cached') < work.cached ? Math.floor(input * CACHED_SHARE) : 0;
  const outputTokens = dice.skewed('output', ...work.outputTokens);
  return {
    id,
    work,
    model: dice.pick('model', work.models).model,
    afterMs: Math.floor(((dice.chance('early') + dice.chance('late')) / 2) * HOUR_MS),
    inputTokens: input - cacheReadTokens,
    cacheReadTokens,
    outputTokensMax: work.outputTokens[1],
    outputTokens,
    failed: dice.chance('failed') < FAILED,
  };
}
