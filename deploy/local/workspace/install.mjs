import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ROOT } from './root.mjs';
import { runNode } from './run-step.mjs';

const packagesIn = (path) => JSON.parse(readFileSync(join(ROOT, path), 'utf8')).packages;

/** Whether what the lockfile asks for is what is installed: by content, for times of files say little after a clone. */
export function isInstalled() {
  if (!existsSync(join(ROOT, 'node_modules/.package-lock.json'))) return false;
  const installed = packagesIn('node_modules/.package-lock.json');
  return Object.entries(packagesIn('package-lock.json')).every(([path, wanted]) => {
    if (!path.includes('node_modules/')) return true;
    const found = installed[path];
    return found === undefined ? wanted.optional === true : found.version === wanted.version;
  });
}

/** Installs the packages of the lockfile, unless they are there. Says what it does. @returns whether they are there now. */
export async function install() {
  if (isInstalled()) return true;
  console.error('installing the packages of package-lock.json (about 1 GB, some minutes on a slow line) …');
  const args = ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'];
  const status = await runNode([npmProgram(), ...args], {}, 2);
  if (status !== 0) console.error('npm ci failed; its output above says why. Call this again when that is mended.');
  return status === 0;
}

/** The npm that runs this script, else the one that came with this Node. */
function npmProgram() {
  const given = process.env['npm_execpath'];
  if (given !== undefined && /\.c?js$/.test(given)) return given;
  const prefix = dirname(dirname(process.execPath));
  return join(prefix, 'lib', 'node_modules', 'npm', 'bin', 'npm-cli.js');
}
