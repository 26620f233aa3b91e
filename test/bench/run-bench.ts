import { createScratchDirectory } from '@exchequer/testing';
import { Missing, type Bench, type Contender } from './bench.js';
import { median, type Figures } from './measure.js';

export interface Spread {
  /** The least and the most of any round. */
  readonly min: number;
  readonly max: number;
}

export interface Result {
  readonly bench: string;
  readonly rounds: number;
  readonly ours: Figures;
  readonly rivals: Readonly<Record<string, Figures>>;
  /** Ours divided by the rival's: a second's calls, or the median time where the target is about time. */
  readonly ratios: Readonly<Record<string, number>>;
  readonly targets: Readonly<Record<string, number>>;
  /** Targets that were not reached. */
  readonly missed: readonly string[];
  /** Rivals that this machine does not have. */
  readonly missing: readonly string[];
  readonly spread: Readonly<Record<string, Spread>>;
}

const OURS = 'exchequer';

const rounded = (value: number): number => Number(value.toPrecision(4));

const medians = (rounds: readonly Figures[]): Figures => ({
  perSecond: rounded(median(rounds.map(({ perSecond }) => perSecond))),
  p50Ms: rounded(median(rounds.map(({ p50Ms }) => p50Ms))),
  p99Ms: rounded(median(rounds.map(({ p99Ms }) => p99Ms))),
});

const spreadOf = (rounds: readonly Figures[]): Spread => ({
  min: rounded(Math.min(...rounds.map(({ perSecond }) => perSecond))),
  max: rounded(Math.max(...rounds.map(({ perSecond }) => perSecond))),
});

/** Starts everybody, lets them run in turns, and compares the medians. */
export async function runBench(bench: Bench, rounds: number, say: (line: string) => void): Promise<Result> {
  const directory = await createScratchDirectory();
  const contenders = new Map<string, Contender>();
  const missing: string[] = [];
  try {
    contenders.set(OURS, await bench.ours(directory.join(OURS)));
    for (const rival of bench.rivals)
      try {
        contenders.set(rival.name, await rival.start(directory.join(rival.name)));
      } catch (fault) {
        if (!(fault instanceof Missing)) throw fault;
        missing.push(rival.name);
        say(`${rival.name} is missing: ${fault.message}`);
      }
    const figures = new Map<string, Figures[]>([...contenders.keys()].map((name) => [name, []]));
    for (let round = 1; round <= rounds; round++)
      for (const [name, contender] of contenders) {
        const found = await contender.round();
        figures.get(name)?.push(found);
        const what = `round ${round} of ${rounds}, ${name}`;
        say(
          bench.measures === 'bytes'
            ? `${what}: ${found.p50Ms.toFixed(1)} bytes`
            : `${what}: ${Math.round(found.perSecond)}/s, p50 ${found.p50Ms.toFixed(3)} ms, p99 ${found.p99Ms.toFixed(3)} ms`,
        );
      }
    return judge(bench, rounds, figures, missing);
  } finally {
    for (const contender of contenders.values()) await contender.stop();
    await directory.remove();
  }
}

function judge(
  bench: Bench,
  rounds: number,
  figures: ReadonlyMap<string, readonly Figures[]>,
  missing: readonly string[],
): Result {
  const ours = medians(figures.get(OURS) ?? []);
  const rivals = Object.fromEntries(
    [...figures].filter(([name]) => name !== OURS).map(([name, found]) => [name, medians(found)]),
  );
  const ratios: Record<string, number> = {};
  const targets: Record<string, number> = {};
  const missed: string[] = [];
  for (const { rival, figure, atLeast, atMost, itselfAtMost } of bench.targets) {
    targets[rival] = atLeast ?? atMost ?? itselfAtMost ?? NaN;
    const theirs = rival === OURS ? ours : rivals[rival];
    if (theirs === undefined) continue;
    if (itselfAtMost !== undefined) {
      if (theirs[figure] > itselfAtMost) missed.push(rival);
      continue;
    }
    const ratio = rounded(ours[figure] / theirs[figure]);
    ratios[rival] = ratio;
    if (ratio < (atLeast ?? -Infinity) || ratio > (atMost ?? Infinity)) missed.push(rival);
  }
  const spread = Object.fromEntries([...figures].map(([name, found]) => [name, spreadOf(found)]));
  return { bench: bench.name, rounds, ours, rivals, ratios, targets, missed, missing, spread };
}
