/** A refused request, as far as the page speaks of it. */
export interface Refusal {
  readonly payer?: string;
  readonly message?: string;
}

export interface LiveListener {
  readonly opened: () => void;
  readonly lost: () => void;
  /** Something was appended to the ledger of the account. */
  readonly appended: () => void;
  readonly refused: (count: number, newest: readonly Refusal[]) => void;
}

const COMES_BACK_MS = 3_000;

/** Listens to an account for as long as the page is open, over lost connections and restarts of the console. */
export function follow(account: string, listener: LiveListener): void {
  const source = new EventSource(`/v1/stream?account=${encodeURIComponent(account)}`);
  source.addEventListener('open', () => {
    listener.opened();
  });
  source.addEventListener('ledger', () => {
    listener.appended();
  });
  source.addEventListener('refusals', (event: MessageEvent<string>) => {
    const { count, newest } = JSON.parse(event.data) as { count: number; newest: readonly Refusal[] };
    listener.refused(count, newest);
  });
  source.addEventListener('error', () => {
    listener.lost();
    // A lost connection is restored by the browser; after a refusal it gives up, and we do it.
    if (source.readyState !== EventSource.CLOSED) return;
    setTimeout(() => {
      follow(account, listener);
    }, COMES_BACK_MS);
  });
}
