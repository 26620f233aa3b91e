import { parseArgs } from 'node:util';
import { World } from './world.js';

const USAGE = `Usage: npm run simulate -- [--seed N] [--steps M] [--seeds COUNT]

  --seed   the first seed; 1 when not given
  --steps  steps of each world; 500 when not given
  --seeds  how many seeds to play, one after the other; 1 when not given
`;

function readNumbers(): { readonly seed: number; readonly steps: number; readonly seeds: number } {
  const { values } = parseArgs({
    options: {
      seed: { type: 'string', default: '1' },
      steps: { type: 'string', default: '500' },
      seeds: { type: 'string', default: '1' },
    },
  });
  const numbers = { seed: Number(values.seed), steps: Number(values.steps), seeds: Number(values.seeds) };
  for (const [name, value] of Object.entries(numbers))
    if (!Number.isInteger(value) || value < 1) throw new Error(`--${name} takes a whole number from 1 on.`);
  return numbers;
}

let numbers;
try {
  numbers = readNumbers();
} catch (fault) {
  process.stderr.write(`${fault instanceof Error ? fault.message : String(fault)}\n\n${USAGE}`);
  process.exit(2);
}
const { seed: first, steps, seeds } = numbers;
const beganAt = performance.now();
for (let seed = first; seed < first + seeds; seed += 1) {
  const played = await new World(seed).play(steps);
  if (played.faults.length > 0) {
    process.stdout.write(
      `seed ${String(seed)} failed at step ${String(played.steps)}:\n  ${played.faults.join('\n  ')}\n`,
    );
    process.stdout.write(`Play it again: npm run simulate -- --seed ${String(seed)} --steps ${String(steps)}\n`);
    process.exit(1);
  }
  if (seeds === 1)
    process.stdout.write(
      `seed ${String(seed)}: ${String(played.steps)} steps, ${String(played.entries)} entries, ${String(played.acknowledged)} requests acknowledged, ${String(played.refused)} refused, ${String(played.crashes)} crashes, ${String(played.handOvers)} hand-overs, ${String(played.snapshots)} snapshots, ${String(played.cards)} rate cards; every invariant held\n`,
    );
  else if ((seed - first + 1) % 500 === 0)
    process.stderr.write(
      `${String(seed - first + 1)} seeds after ${((performance.now() - beganAt) / 1_000).toFixed(0)} s\n`,
    );
}
if (seeds > 1)
  process.stdout.write(
    `seeds ${String(first)} to ${String(first + seeds - 1)}, ${String(steps)} steps each: every invariant held\n`,
  );
