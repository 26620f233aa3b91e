// Builds what is measured, then measures it in a process of its own.
import { spawn, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const path = (relative) => fileURLToPath(new URL(relative, import.meta.url));

const built = spawnSync(process.execPath, [path('../../node_modules/nx/bin/nx.js'), 'run-many', '-t', 'build'], {
  cwd: path('../..'),
  env: { ...process.env, NX_DAEMON: 'false' },
  encoding: 'utf8',
});
if (built.status !== 0) {
  process.stderr.write(`${built.stdout}${built.stderr}\nThe build failed; nothing was measured.\n`);
  process.exit(1);
}
const register = path('../../libs/testing/src/typescript/register.mjs');
const child = spawn(process.execPath, ['--import', register, path('./main.ts'), ...process.argv.slice(2)], {
  stdio: 'inherit',
});
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => process.exit(code ?? (signal === null ? 0 : 1)));
