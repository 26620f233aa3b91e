/** `npm run simulate`: installs what is missing, then plays worlds from the sources, in a process of its own. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { nodeFault } from '../../deploy/local/workspace/check-node.mjs';
import { install } from '../../deploy/local/workspace/install.mjs';

const path = (relative) => fileURLToPath(new URL(relative, import.meta.url));

const fault = nodeFault();
if (fault !== undefined) {
  console.error(fault);
  process.exit(2);
}
if (!(await install())) process.exit(1);
const register = path('../../libs/testing/src/typescript/register.mjs');
const args = ['--conditions=@exchequer/source', '--import', register, path('./main.ts'), ...process.argv.slice(2)];
const child = spawn(process.execPath, args, { stdio: 'inherit' });
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => process.exit(code ?? (signal === null ? 0 : 1)));
