import type { StoredFact } from './entry.js';
import { UnknownVersion } from './errors.js';

/** How a fact of one version of its shape is told in the next version. */
export interface Upcaster {
  readonly type: string;
  /** The version that is read; the result is of version `from + 1`. */
  readonly from: number;
  /** Must not change what the fact means. The result says nothing of its version. */
  readonly upcast: (fact: StoredFact) => StoredFact;
}

/**
 * The shapes that facts ever had. A stored fact never changes; it is read through here as if it had been written today.
 * Types without upcasters have one version, 1, and are left as they are.
 */
export class FactShapes {
  readonly #steps = new Map<string, readonly Upcaster[]>();

  /** @throws RangeError when the versions of a type have a gap or two upcasters. */
  constructor(upcasters: readonly Upcaster[] = []) {
    const byVersion = [...upcasters].sort((a, b) => a.from - b.from);
    for (const upcaster of byVersion) {
      const steps = this.#steps.get(upcaster.type) ?? [];
      if (upcaster.from !== steps.length + 1)
        throw new RangeError(`${upcaster.type} needs one upcaster from each version, in steps of one, from 1 on`);
      this.#steps.set(upcaster.type, [...steps, upcaster]);
    }
  }

  /** The version in which facts of this type are written today. */
  currentVersion(type: string): number {
    return (this.#steps.get(type)?.length ?? 0) + 1;
  }

  /** A fact of today's shape as it is to be stored: with its version when that is not 1. */
  stamp(fact: StoredFact): StoredFact {
    const version = this.currentVersion(fact.type);
    return version === 1 ? fact : { ...fact, version };
  }

  /**
   * A stored fact in today's shape, without its version.
   *
   * @param address says where the fact is, for the error.
   * @throws UnknownVersion when this release never wrote that version.
   */
  read(fact: StoredFact, address: () => string): StoredFact {
    const steps = this.#steps.get(fact.type);
    if (steps === undefined && fact.version === undefined) return fact;
    const { version = 1, ...plain } = fact;
    if (!Number.isInteger(version) || version < 1 || version > this.currentVersion(fact.type))
      throw new UnknownVersion(address(), fact.type, version);
    return (steps ?? []).slice(version - 1).reduce<StoredFact>((told, step) => step.upcast(told), plain);
  }
}
