export type Kind = 'authorize' | 'capture' | 'void' | 'grant' | 'balance';

/** One thing that a client asked, from the moment it first sent it to the moment it knew. */
export interface Operation {
  readonly id: string;
  readonly kind: Kind;
  readonly amount: number;
  /** The operation that placed the hold. */
  readonly of?: string;
  readonly invokedAt: number;
  /** Undefined while nobody knows what became of it: it may take effect at any later moment, or never. */
  answer?: { readonly at: number; readonly text: string };
  /** Sent more than once: a copy may be let through after another was refused. */
  copies: number;
}
