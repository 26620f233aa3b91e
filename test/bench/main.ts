import { parseArgs } from 'node:util';
import { authorize } from './benches/authorize.js';
import { authorizeOne } from './benches/authorize-one.js';
import { authorizeSingle } from './benches/authorize-single.js';
import { cycle } from './benches/cycle.js';
import { depth } from './benches/depth.js';
import { ingest } from './benches/ingest.js';
import { memory } from './benches/memory.js';
import { recover } from './benches/recover.js';
import type { Bench } from './bench.js';
import { printResult } from './print-result.js';
import { runBench } from './run-bench.js';

const BENCHES: readonly Bench[] = [authorize, authorizeOne, authorizeSingle, cycle, ingest, recover, depth, memory];
const ROUNDS_MIN = 3;

function usage(why: string): never {
  process.stderr.write(`${why}\n\nUsage: npm run bench -- <name> [--json] [--rounds N]\n\n`);
  for (const { name, about } of BENCHES) process.stderr.write(`  ${name.padEnd(22)} ${about}\n`);
  process.exit(2);
}

function readArguments(): { bench: Bench; json: boolean; rounds: number } {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: { json: { type: 'boolean', default: false }, rounds: { type: 'string', default: '5' } },
    });
    const [name, ...others] = positionals;
    const bench = BENCHES.find((one) => one.name === name);
    if (bench === undefined || others.length > 0)
      return usage(name === undefined ? 'Which one?' : `There is no bench ${positionals.join(' ')}.`);
    const rounds = Number(values.rounds);
    if (!Number.isInteger(rounds) || rounds < ROUNDS_MIN)
      return usage(`--rounds takes a number from ${ROUNDS_MIN} on.`);
    return { bench, json: values.json, rounds };
  } catch (fault) {
    return usage(fault instanceof Error ? fault.message : String(fault));
  }
}

const { bench, json, rounds } = readArguments();
const result = await runBench(bench, rounds, (line) => process.stderr.write(`${line}\n`));
process.stdout.write(json ? `${JSON.stringify(result)}\n` : printResult(bench, result));
process.exit(0);
