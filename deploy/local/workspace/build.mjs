import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ROOT } from './root.mjs';
import { runNode } from './run-step.mjs';

/** What the newest build was made of. Below node_modules, so that a new installation builds anew. */
const STAMP = join(ROOT, 'node_modules/.cache/exchequer/build');
const SHARED = ['package.json', 'package-lock.json', 'nx.json', '.swcrc', 'tsconfig.base.json'];
const NOT_BUILT = /^(?:dist|node_modules|coverage)$|\.spec\.ts$|\.md$/;
/** No process of Nx stays behind, nothing is sent anywhere, and its output can be read in a log. */
export const NX_ENVIRONMENT = { NX_DAEMON: 'false', NX_TUI: 'false', NX_NO_CLOUD: 'true' };
export const NX = 'node_modules/.bin/nx';

/** Builds what changed. Looks at the files first: where none changed, it takes no time. @returns whether all is built. */
export async function build() {
  const sources = fingerprint();
  if (isBuilt() && stamped() === sources) return true;
  console.error('building …');
  const status = await runNode([NX, 'run-many', '-t', 'build'], NX_ENVIRONMENT, 2);
  if (status !== 0) {
    console.error('The build failed; its output above says where.');
    return false;
  }
  mkdirSync(dirname(STAMP), { recursive: true });
  writeFileSync(STAMP, sources);
  return true;
}

const stamped = () => (existsSync(STAMP) ? readFileSync(STAMP, 'utf8') : undefined);

const projects = () =>
  ['libs', 'services', 'deploy']
    .flatMap((area) => readdirSync(join(ROOT, area)).map((name) => join(area, name)))
    .filter((path) => existsSync(join(ROOT, path, 'package.json')));

const isBuilt = () => projects().every((path) => existsSync(join(ROOT, path, 'dist')));

/** A hash of the names, sizes and times of everything that a build is made of. */
function fingerprint() {
  const hash = createHash('sha256');
  const add = (path) => {
    const { size, mtimeMs } = statSync(join(ROOT, path));
    hash.update(`${path}\0${String(size)}\0${String(mtimeMs)}\n`);
  };
  const addAll = (directory) => {
    const entries = readdirSync(join(ROOT, directory), { withFileTypes: true });
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      if (NOT_BUILT.test(entry.name)) continue;
      const path = join(directory, entry.name);
      if (entry.isDirectory()) addAll(path);
      else add(path);
    }
  };
  SHARED.forEach(add);
  projects().forEach(addAll);
  return hash.digest('hex');
}
