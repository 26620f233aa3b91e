import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './root.mjs';

const numbersOf = (version) =>
  version
    .replace(/^[^\d]*/, '')
    .split('.', 3)
    .map(Number);

/** What to do when this Node is older than the repository needs, as one sentence; undefined when it is not. */
export function nodeFault(version = process.versions.node) {
  const needed = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')).engines.node;
  const [least, given] = [numbersOf(needed), numbersOf(version)];
  const differs = least.findIndex((number, index) => number !== given[index]);
  if (differs === -1 || given[differs] > least[differs]) return undefined;
  return `Exchequer needs Node ${least.join('.')} or later and this is ${version}; install a newer one from https://nodejs.org.`;
}
