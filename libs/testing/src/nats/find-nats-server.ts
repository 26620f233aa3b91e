import { accessSync, constants } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';

const PROGRAM = 'nats-server';

const isExecutable = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

const ancestors = (directory: string): string[] => {
  const above = dirname(directory);
  return above === directory ? [directory] : [directory, ...ancestors(above)];
};

/**
 * Where the NATS server is: on the PATH, else `.exchequer/bin/nats-server` in this directory or in one above it.
 *
 * @throws Error that says what to install when there is none.
 */
export function findNatsServer(
  searchPath: string = process.env['PATH'] ?? '',
  workingDirectory: string = process.cwd(),
): string {
  const onPath = searchPath.split(delimiter).filter((directory) => directory !== '');
  const local = ancestors(workingDirectory).map((directory) => join(directory, '.exchequer', 'bin'));
  const found = [...onPath, ...local].map((directory) => join(directory, PROGRAM)).find(isExecutable);
  if (found !== undefined) return found;
  throw new Error(
    `no ${PROGRAM} on the PATH and none in .exchequer/bin: install it (Debian: apt-get install ${PROGRAM}) or run npm start once, which fetches it`,
  );
}
