import { ENTRY_BYTES_MAX, sealCommands, type SealedEntry } from '@exchequer/ledger';
import type { CommandRecord } from '@exchequer/ledger';
import type { Address } from '@exchequer/account';

/** Room for everything of an entry that is not commands. */
const FRAME_BYTES = 512;
const COMMAND_BYTES_MAX = ENTRY_BYTES_MAX - FRAME_BYTES;

/** One entry in the making. */
class Draft {
  readonly commands: string[] = [];
  bytes = 0;
  facts = 0;
  continues = false;
  resumes = false;

  constructor(readonly revision: number) {}

  add(text: string, bytes: number, facts: number): void {
    this.commands.push(text);
    this.bytes += bytes + 1;
    this.facts += facts;
  }
}

/** The entries of one group, cut so that each stays within its bound. Nearly always there is one. */
export class EntryDrafts {
  private readonly drafts: Draft[] = [];
  bytes = 0;

  constructor(private readonly firstRevision: number) {}

  get isEmpty(): boolean {
    return this.drafts.length === 0;
  }

  /** Where the newest fact lies, or undefined while there is none. */
  get last(): Address | undefined {
    const draft = this.drafts.at(-1);
    return draft === undefined ? undefined : { revision: draft.revision, index: draft.facts - 1 };
  }

  add(record: CommandRecord): Address {
    const text = JSON.stringify(record);
    const bytes = Buffer.byteLength(text);
    this.bytes += bytes;
    if (bytes > COMMAND_BYTES_MAX) return this.addInParts(record);
    const draft = this.draftFor(bytes);
    const address = { revision: draft.revision, index: draft.facts };
    draft.add(text, bytes, record.facts.length);
    return address;
  }

  /** The entries as bytes, chained to the hash before them and to one another. */
  seal(previousHash: string, at: number): readonly SealedEntry[] {
    let hash = previousHash;
    return this.drafts.map(({ commands, continues, resumes }) => {
      const marks = { ...(continues && { continues }), ...(resumes && { resumes }) };
      const sealed = sealCommands(hash, { at, ...marks }, commands);
      hash = sealed.hash;
      return sealed;
    });
  }

  /** A command that no entry can take alone spans several: it takes effect with the last of them. */
  private addInParts(record: CommandRecord): Address {
    const first = this.newDraft();
    let draft = first;
    let part: CommandRecord['facts'][number][] = [];
    let bytes = 0;
    const write = (): void => {
      const text = JSON.stringify({ ...record, facts: part });
      draft.add(text, Buffer.byteLength(text), part.length);
    };
    const room = COMMAND_BYTES_MAX - Buffer.byteLength(JSON.stringify({ ...record, facts: [] }));
    for (const fact of record.facts) {
      const size = Buffer.byteLength(JSON.stringify(fact)) + 1;
      if (bytes + size > room) {
        write();
        draft.continues = true;
        draft = this.newDraft();
        draft.resumes = true;
        part = [];
        bytes = 0;
      }
      part.push(fact);
      bytes += size;
    }
    write();
    return { revision: first.revision, index: 0 };
  }

  private draftFor(bytes: number): Draft {
    const draft = this.drafts.at(-1);
    return draft !== undefined && draft.bytes + bytes <= COMMAND_BYTES_MAX ? draft : this.newDraft();
  }

  private newDraft(): Draft {
    const draft = new Draft(this.firstRevision + this.drafts.length);
    this.drafts.push(draft);
    return draft;
  }
}
