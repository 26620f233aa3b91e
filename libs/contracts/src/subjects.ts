/** Methods of an account's owner, on `credits.v1.<method>.<account>`. */
export const OWNER_METHODS = [
  'authorize',
  'capture',
  'void',
  'extend',
  'record',
  'outcome',
  'correct',
  'quote',
  'grant',
  'transfer',
  'pause',
  'resume',
  'open-session',
  'end-session',
  'configure',
  'advance',
  'balance',
  'tree',
  'explain',
  'describe',
] as const;

export type OwnerMethod = (typeof OWNER_METHODS)[number];

export const SUBJECTS = {
  /** A request to the one writer of an account. */
  owner: (method: OwnerMethod, account: string) => `credits.v1.${method}.${account}`,
  /** Usage events, as a request; also captured by the stream {@link USAGE_STREAM}. */
  usage: (account: string) => `usage.v1.${account}`,
  /** Usage events for the JetStream stream: fire and forget. */
  usageStream: (account: string) => `usage-stream.v1.${account}`,
  /** Events of that stream that could not be settled and never will: each with the reason. */
  usageParked: (account: string) => `usage-parked.v1.${account}`,
  /** Something was appended to the ledger for this account. Carries the position only. */
  ledgerNotice: (account: string) => `ledger.v1.${account}`,
  alerts: (account: string, node: string) => `alerts.v1.${account}.${node}`,
  /** Every decision, allowed or not, in batches. */
  decisions: (account: string) => `decisions.v1.${account}`,
  /** Plans, applies, grants and transfers, asked of `allocation`. */
  allocation: (method: 'plan' | 'apply' | 'grant' | 'transfer', account: string) =>
    `allocation.v1.${method}.${account}`,
  /** The rate cards, kept by `meter`. */
  catalogue: (method: 'publish' | 'prices') => `catalogue.v1.${method}`,
  /** Questions to ClickHouse, answered by `reporting`. */
  reporting: (method: 'report' | 'decisions' | 'reconcile' | 'progress', account: string) =>
    `reporting.v1.${method}.${account}`,
  /** What is due, kept by `lifecycle`. */
  lifecycle: (method: 'next' | 'anchor') => `lifecycle.v1.${method}`,
  /** When one account has something to do next by itself. */
  due: (account: string) => `lifecycle.v1.due.${account}`,
  /** Whether the instances of a service live and are ready. With `.<instance>` behind, one of them. */
  health: (service: string) => `health.v1.${service}`,
  /** What the instances of a service have counted. With `.<instance>` behind, one of them. */
  metrics: (service: string) => `metrics.v1.${service}`,
} as const;

/** The JetStream stream into which producers may publish usage without waiting for its settlement. */
export const USAGE_STREAM = 'USAGE';
/** The JetStream stream of usage that was refused, kept for whoever mends it. */
export const USAGE_PARKED_STREAM = 'USAGE_PARKED';
/** The JetStream stream that carries decisions from `enforcement` to `reporting`. */
export const DECISIONS_STREAM = 'DECISIONS';

export const HEADERS = {
  actor: 'Exchequer-Actor',
  traceparent: 'traceparent',
  /** Epoch milliseconds; work that has not begun by then is dropped. */
  deadline: 'Exchequer-Deadline',
  error: 'Nats-Service-Error',
  errorCode: 'Nats-Service-Error-Code',
} as const;
