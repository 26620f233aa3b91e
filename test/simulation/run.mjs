/** `npm run simulate`: installs what is missing, then plays worlds from the sources, in a process of its own. */
import { install } from '../../deploy/local/workspace/install.mjs';
import { runSource } from '../run-source.mjs';

await runSource(new URL('./main.ts', import.meta.url), {
  prepare: install,
  nodeOptions: ['--conditions=@exchequer/source'],
});
