#!/usr/bin/env node
import { existsSync } from 'node:fs';

const built = new URL('../dist/index.js', import.meta.url);
if (existsSync(built)) {
  const { main } = await import(built.href);
  await main();
} else {
  process.stderr.write('exchequer is not built yet: run npm start, or npm run build, in the root of the repository.\n');
  process.exitCode = 3;
}
