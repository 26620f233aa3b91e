/** `npm run bench`: installs and builds what is missing, then measures in a process of its own. */
import { build } from '../../deploy/local/workspace/build.mjs';
import { install } from '../../deploy/local/workspace/install.mjs';
import { runSource } from '../run-source.mjs';

await runSource(new URL('./main.ts', import.meta.url), { prepare });

async function prepare() {
  if ((await install()) && (await build())) return true;
  console.error('Nothing was measured.');
  return false;
}
