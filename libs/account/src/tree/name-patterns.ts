/** A list of names, of which any may end in `*` and then stands for all that begin so. */
export class NamePatterns {
  private readonly names: ReadonlySet<string>;
  private readonly beginnings: readonly string[];

  constructor(readonly list: readonly string[]) {
    this.names = new Set(list);
    this.beginnings = list.filter((name) => name.endsWith('*')).map((name) => name.slice(0, -1));
  }

  has(name: string): boolean {
    return this.names.has(name) || this.beginnings.some((beginning) => name.startsWith(beginning));
  }
}
