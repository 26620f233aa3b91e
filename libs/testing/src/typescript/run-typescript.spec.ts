import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { withScratchDirectory } from '../scratch-directory.js';
import { runTypeScript } from './run-typescript.js';

describe('running TypeScript in a process of its own', () => {
  it('passes arguments, follows imports between sources, and speaks with its parent', () =>
    withScratchDirectory(async (directory) => {
      await writeFile(directory.join('double.ts'), 'export const double = (value: number): number => 2 * value;');
      await writeFile(
        directory.join('main.ts'),
        "import { double } from './double.js';\nprocess.send?.(double(Number(process.argv[2])) satisfies number);",
      );
      const child = runTypeScript(directory.join('main.ts'), '21');
      const exited = once(child, 'exit');
      const [message] = (await once(child, 'message')) as [unknown];
      expect(message).toBe(42);
      expect((await exited)[0]).toBe(0);
    }));
});
