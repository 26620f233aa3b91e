import type { Head } from '@exchequer/ledger';

/** The newest head of each stream that has grown since its last anchor. Kept until the anchor is durable. */
export class UnanchoredHeads {
  private readonly heads = new Map<string, Head>();

  note(stream: string, head: Head): void {
    this.heads.set(stream, head);
  }

  entries(): readonly (readonly [stream: string, head: Head])[] {
    return [...this.heads];
  }

  /** Lets go of heads that were written down, where nothing newer was seen since. */
  forget(anchored: ReadonlyMap<string, Head>): void {
    for (const [stream, head] of anchored) if (this.heads.get(stream) === head) this.heads.delete(stream);
  }
}
