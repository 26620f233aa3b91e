/** What happens to a connection while it lives. */
export type BusEvent =
  | { readonly type: 'disconnected'; readonly server: string }
  | { readonly type: 'reconnected'; readonly server: string }
  /** The server, or a handler of ours, reported an error. The connection goes on. */
  | { readonly type: 'fault'; readonly error: Error }
  | { readonly type: 'closed'; readonly error: Error | undefined };

export type BusListener = (event: BusEvent) => void;
