import { execFile } from 'node:child_process';

const OUTPUT_BYTES_MAX = 16 * 1024 * 1024;

export interface ProgramOptions {
  readonly cwd?: string;
  /** That of this process when not given. */
  readonly environment?: NodeJS.ProcessEnv;
  readonly withinMs: number;
  readonly signal?: AbortSignal | undefined;
}

/** Runs a program to its end and gives what it wrote. Rejects when it is missing, fails, or takes longer than it may. */
export function runProgram(program: string, args: readonly string[], options: ProgramOptions): Promise<string> {
  const { cwd, environment, withinMs, signal } = options;
  return new Promise((resolve, reject) => {
    execFile(
      program,
      args,
      {
        timeout: withinMs,
        maxBuffer: OUTPUT_BYTES_MAX,
        encoding: 'utf8',
        ...(cwd !== undefined && { cwd }),
        ...(environment !== undefined && { env: environment }),
        ...(signal !== undefined && { signal }),
      },
      (fault, output, said) => {
        if (fault === null) resolve(output);
        else reject(new Error(said.trim().split('\n').at(-1) || fault.message, { cause: fault }));
      },
    );
  });
}
