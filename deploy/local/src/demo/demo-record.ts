import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const FILE = 'demo.json';

const recordSchema = z.object({
  /** Epoch milliseconds: the hour of usage begins here, also when its play is taken up again later. */
  hourBeganMs: z.number(),
  /** The policy, prices and grants are there. What the user changed since stays as it is. */
  isPrepared: z.boolean(),
  /** So many calls of the hour, in its order, were played. */
  played: z.number(),
});

/**
 * How far the demo of this data has come. Ids alone would keep repeats from counting only for as long as the account
 * remembers them: a day for commands.
 */
export type DemoRecord = z.infer<typeof recordSchema>;

/** Undefined when nothing of the demo was done on this data. */
export function readDemoRecord(data: string): DemoRecord | undefined {
  try {
    return recordSchema.parse(JSON.parse(readFileSync(join(data, FILE), 'utf8')));
  } catch {
    return undefined;
  }
}

export function writeDemoRecord(data: string, record: DemoRecord): void {
  const path = join(data, FILE);
  writeFileSync(`${path}.new`, `${JSON.stringify(record)}\n`);
  renameSync(`${path}.new`, path);
}
