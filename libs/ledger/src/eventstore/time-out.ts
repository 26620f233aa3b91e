/** A call was not answered in time; nothing is known of what became of it. */
export class NoAnswer extends Error {
  constructor(what: string, withinMs: number) {
    super(`no answer to ${what} within ${String(withinMs)} ms`);
    this.name = 'NoAnswer';
  }
}

/**
 * Waits for a call, but not for ever. The client's own deadlines are judged by the server alone, against the clock of this
 * machine, and some calls have none.
 *
 * @throws NoAnswer when time is up. The call goes on; what it comes to is ignored.
 */
export async function within<Result>(withinMs: number, what: string, call: Promise<Result>): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const impatience = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new NoAnswer(what, withinMs)), withinMs);
  });
  try {
    return await Promise.race([call, impatience]);
  } finally {
    clearTimeout(timer);
  }
}
