import type { Bench } from './bench.js';
import type { Figures } from './measure.js';
import type { Result } from './run-bench.js';

const number = (value: number): string => value.toLocaleString('en-US', { maximumFractionDigits: 3 });

/** The result as a table for people. */
export function printResult(bench: Bench, result: Result): string {
  const everybody: Readonly<Record<string, Figures>> = { exchequer: result.ours, ...result.rivals };
  const rows = Object.entries(everybody).map(([name, { perSecond, p50Ms, p99Ms }]) => {
    const { min, max } = result.spread[name] ?? { min: NaN, max: NaN };
    if (bench.measures === 'bytes') return [name, number(p50Ms), `${number(min)} – ${number(max)}`];
    return [name, number(Math.round(perSecond)), `${number(min)} – ${number(max)}`, number(p50Ms), number(p99Ms)];
  });
  const heads =
    bench.measures === 'bytes' ? ['', 'bytes', 'least – most'] : ['', 'a second', 'least – most', 'p50 ms', 'p99 ms'];
  const table = [heads, ...rows];
  const widths = table[0]?.map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0))) ?? [];
  const lines = table.map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  '),
  );
  const verdicts = bench.targets.map(({ rival, figure, atLeast, atMost, itselfAtMost }) => {
    if (itselfAtMost !== undefined)
      return `${rival}: ${bench.measures ?? figure} ${number(everybody[rival]?.[figure] ?? NaN)}; the target is at most ${number(itselfAtMost)}: ${result.missed.includes(rival) ? 'missed' : 'met'}`;
    const target = atLeast === undefined ? `at most ${number(atMost ?? NaN)}` : `at least ${number(atLeast)}`;
    const ratio = result.ratios[rival];
    if (ratio === undefined) return `${rival}: missing on this machine (target: ${target} × its ${figure})`;
    return `${number(ratio)} × the ${figure} of ${rival}; the target is ${target}: ${result.missed.includes(rival) ? 'missed' : 'met'}`;
  });
  return `\n${bench.name}: ${bench.about}\nMedians of ${result.rounds} rounds in turns.\n\n${lines.join('\n')}\n\n${verdicts.join('\n')}\n`;
}
