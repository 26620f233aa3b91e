/**
 * `npm start`: installs and builds what is missing, then runs the local stack in the foreground as `exchequer up` does.
 * Arguments go to that command: `npm start -- --no-demo`. Needs nothing but Node and npm.
 */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from './workspace/build.mjs';
import { nodeFault } from './workspace/check-node.mjs';
import { install } from './workspace/install.mjs';
import { ROOT } from './workspace/root.mjs';

const fault = nodeFault();
if (fault !== undefined) {
  console.error(fault);
  process.exitCode = 2;
} else if (!((await install()) && (await build()))) {
  process.exitCode = 1;
} else {
  const command = join(ROOT, 'libs/cli/bin/exchequer.js');
  process.argv = [process.argv[0], command, 'up', ...process.argv.slice(2)];
  await import(pathToFileURL(command).href);
}
