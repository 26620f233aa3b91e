import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { runCli } from '../processes/run-cli.js';
import { startStack, type Stack } from '../processes/start-stack.js';

const START_MS = 60_000;
const PATIENCE_MS = 30_000;
const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url));
const DEMO = 'deploy/local/demo/policy.yaml';
const YAML_BLOCK = /^```yaml\n(.*?)^```$/gms;

/** Every policy file that the READMEs show, by where it stands, and the demo's. */
function examples(): readonly (readonly [string, string])[] {
  const folders = ['libs', 'services', 'test', 'deploy'].flatMap((parent) =>
    readdirSync(join(REPOSITORY, parent)).map((name) => join(parent, name)),
  );
  const readmes = ['.', ...folders].map((folder) => join(folder, 'README.md'));
  const shown = readmes
    .filter((file) => existsSync(join(REPOSITORY, file)))
    .flatMap((file) =>
      Array.from(readFileSync(join(REPOSITORY, file), 'utf8').matchAll(YAML_BLOCK), ([, text = ''], index) => {
        return [`${file}, example ${String(index + 1)}`, text] as const;
      }),
    );
  return [...shown, [DEMO, readFileSync(join(REPOSITORY, DEMO), 'utf8')]];
}

describe('an example of a policy file', () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await startStack(['enforcement', 'allocation']);
  }, START_MS);
  afterAll(() => stack.stop(), START_MS);

  it(
    'is one that a new account takes, under the organization that it has or is given',
    async () => {
      const all = examples();
      expect(all.length).toBeGreaterThan(3);
      for (const [index, [where, text]] of all.entries()) {
        const account = `example-${String(index)}`;
        const file = join(stack.data, `${account}.yaml`);
        await writeFile(file, text.replace(/^account: .*$/m, `account: ${account}`));
        const { status, out, err } = await runCli(stack, 'apply', file, '--account', account);
        expect([where, status, err]).toEqual([where, 0, '']);
        expect([where, out]).toEqual([where, expect.stringContaining(`+ account ${account}: root org\n`)]);
      }
    },
    PATIENCE_MS,
  );
});
