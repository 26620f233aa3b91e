import { brokenInvariants } from '@exchequer/account';
import {
  AnchorBook,
  ANCHORS_STREAM,
  LedgerCorrupt,
  UnknownVersion,
  verifyStream,
  type AnchoredHead,
  type Entry,
  type Fault,
  type Ledger,
  type StoredEntry,
} from '@exchequer/ledger';
import { accountOfStream, FACT_SHAPES, Replica, streamOf } from '@exchequer/replica';
import type { Progress } from '../output/progress.js';
import { listStreams } from './list-streams.js';

/** The invariants of an account are looked at after so many entries, and at its end: each look costs as much as the account has. */
const INVARIANTS_EVERY_ENTRIES = 1_000;

/** What a walk over one stream found. */
export interface StreamProof {
  readonly stream: string;
  /** Absent for streams that are no account's. */
  readonly account?: string;
  readonly entries: number;
  readonly commands: number;
  readonly facts: number;
  readonly bytes: number;
  /** `stream@revision` of its end; null for a stream that is gone. */
  readonly head: string | null;
  /** `stream@revision` up to which an anchor remembers it; null when none does. */
  readonly anchored: string | null;
  /** Bytes, hashes, links, revisions and anchors fit. */
  readonly chain: 'whole' | 'damaged';
  /** The account's invariants hold; `not-known` where the chain did not let it be folded. */
  readonly invariants: 'hold' | 'broken' | 'not-known' | 'none';
  readonly faultCount: number;
  /** The first of them. */
  readonly faults: readonly Fault[];
}

/**
 * Walks over every stream of a ledger, or over one account's and the anchors, and proves each.
 *
 * @throws LedgerUnavailable when the ledger cannot be read.
 */
export async function proveLedger(
  ledger: Ledger,
  onlyAccount: string | undefined,
  progress: Progress,
): Promise<readonly StreamProof[]> {
  progress.show(0, undefined, 'streams listed');
  const found = await listStreams(ledger);
  const anchors = await readAnchors(ledger);
  const streams = [...new Set([...found, ...anchors.keys()])].sort();
  const onlyStream = onlyAccount === undefined ? undefined : streamOf(onlyAccount);
  const wanted = streams.filter((stream) => onlyStream === undefined || [onlyStream, ANCHORS_STREAM].includes(stream));
  const proofs: StreamProof[] = [];
  let entries = 0;
  for (const stream of wanted)
    proofs.push(
      await proveStream(ledger, stream, anchors.get(stream), () => {
        entries += 1;
        if (entries % 64 === 0) progress.show(entries, undefined, `entries proved, now of ${stream}`);
      }),
    );
  return proofs;
}

/** Where the anchors end to be readable, their own proof says why. */
async function readAnchors(ledger: Ledger): Promise<ReadonlyMap<string, AnchoredHead>> {
  try {
    return (await AnchorBook.load(ledger)).heads;
  } catch (fault) {
    if (fault instanceof LedgerCorrupt || fault instanceof UnknownVersion) return new Map();
    throw fault;
  }
}

async function proveStream(
  ledger: Ledger,
  stream: string,
  anchor: AnchoredHead | undefined,
  onEntry: () => void,
): Promise<StreamProof> {
  const account = accountOfStream(stream);
  const fold = account === undefined ? undefined : new AccountFold(stream);
  const report = await verifyStream(ledger, stream, {
    shapes: FACT_SHAPES,
    anchor,
    onEntry: (stored, entry) => {
      onEntry();
      fold?.take(stored, entry);
    },
  });
  fold?.finish();
  const { entries, commands, facts, bytes, head } = report;
  return {
    stream,
    ...(account !== undefined && { account }),
    entries,
    commands,
    facts,
    bytes,
    head: head === undefined ? null : `${stream}@${String(head.revision)}`,
    anchored: anchor === undefined ? null : `${stream}@${String(anchor.revision)}`,
    chain: report.faultCount === 0 ? 'whole' : 'damaged',
    invariants: fold?.verdict ?? 'none',
    faultCount: report.faultCount + (fold?.faults.length ?? 0),
    faults: [...report.faults, ...(fold?.faults ?? [])],
  };
}

/** An account that is folded along with the walk, for as long as its entries follow on each other. */
class AccountFold {
  readonly faults: Fault[] = [];
  private readonly replica: Replica;
  private isWhole = true;

  constructor(private readonly stream: string) {
    this.replica = new Replica(stream);
  }

  get verdict(): StreamProof['invariants'] {
    if (this.faults.length > 0) return 'broken';
    return this.isWhole ? 'hold' : 'not-known';
  }

  take({ revision }: StoredEntry, entry: Entry): void {
    if (!this.isWhole) return;
    try {
      this.replica.fold(revision, entry);
    } catch (fault) {
      this.isWhole = false;
      // A link that does not fit is the walk's to report.
      if (!(fault instanceof LedgerCorrupt || fault instanceof UnknownVersion)) this.fault(messageOf(fault), revision);
      return;
    }
    if ((revision + 1) % INVARIANTS_EVERY_ENTRIES === 0) this.look();
  }

  finish(): void {
    if (this.isWhole) this.look();
  }

  private look(): void {
    for (const broken of brokenInvariants(this.replica.state)) this.fault(broken, this.replica.revision);
    if (this.faults.length > 0) this.isWhole = false;
  }

  private fault(reason: string, revision: number): void {
    this.faults.push({ address: `${this.stream}@${String(revision)}`, reason });
  }
}

const messageOf = (fault: unknown): string =>
  `it cannot be folded: ${fault instanceof Error ? fault.message : String(fault)}`;
