import type { Problem } from '@exchequer/contracts';
import { EXIT, type ExitStatus } from './exit-status.js';

/** `There is no such node (UnknownNode).` */
const withCode = (sentence: string, code: string): string => `${sentence.replace(/\.$/, '')} (${code}).`;

/** Where text goes. */
export interface Sink {
  write(text: string): unknown;
  /** A person watches. */
  readonly isTTY?: boolean;
}

/** What a command prints to and ends with. Answers go to the standard output; everything else to the standard error. */
export class Shell {
  #status: ExitStatus = EXIT.done;
  /** Set once the options are known, also when they turn out wrong. */
  json = false;

  constructor(
    readonly out: Sink,
    readonly err: Sink,
  ) {}

  get status(): ExitStatus {
    return this.#status;
  }

  /** The status that the process ends with. The first that is not `done` stays. */
  end(status: ExitStatus): void {
    if (this.#status === EXIT.done) this.#status = status;
  }

  /** The answer of a command: one JSON document, or text for people. */
  answer(document: unknown, text: () => string): void {
    if (this.json) this.out.write(`${JSON.stringify(document)}\n`);
    else this.line(text());
  }

  /** One item of a stream of answers: a line of NDJSON, or of text. */
  item(document: unknown, text: () => string): void {
    this.answer(document, text);
  }

  /** Text on the standard output. */
  line(text: string): void {
    if (text !== '') this.out.write(text.endsWith('\n') ? text : `${text}\n`);
  }

  /** Something worth knowing that is no answer. */
  note(text: string): void {
    this.err.write(`${text}\n`);
  }

  /** What went wrong: a sentence with its code on the standard error, with `--json` also as a document. */
  fail(problem: Problem, status: ExitStatus): void {
    const { code, message } = problem;
    this.err.write(`${status === EXIT.wrongUsage ? message : withCode(message, code)}\n`);
    if (this.json) this.out.write(`${JSON.stringify({ error: problem })}\n`);
    this.end(status);
  }
}
