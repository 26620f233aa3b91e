/** One kind of work in the demo hour: who does it, with what, and how much of it a call takes. */
export interface Workload {
  /** How often it comes, against the other kinds. */
  readonly weight: number;
  readonly payer: string;
  readonly nodes: readonly string[];
  readonly models: readonly [WeightedModel, ...WeightedModel[]];
  readonly taskType: string;
  readonly tags: Readonly<Record<string, string>>;
  /** From the least to the most of a call. */
  readonly inputTokens: readonly [number, number];
  readonly outputTokens: readonly [number, number];
  /** The share of calls whose prompt is mostly read from a cache. */
  readonly cached: number;
}

export interface WeightedModel {
  readonly weight: number;
  readonly model: string;
}

/** What the two teams of the demo account do in an hour. */
export const WORKLOADS: readonly [Workload, ...Workload[]] = [
  {
    weight: 34,
    payer: 'project/chat',
    nodes: ['user/ada'],
    models: [
      { weight: 7, model: 'gpt-4o-mini' },
      { weight: 2, model: 'claude-sonnet-4-5' },
    ],
    taskType: 'chat',
    tags: { team: 'research', feature: 'assistant', env: 'prod' },
    inputTokens: [200, 4_000],
    outputTokens: [40, 700],
    cached: 0.4,
  },
  {
    weight: 14,
    payer: 'user/ben',
    nodes: [],
    models: [
      { weight: 3, model: 'claude-sonnet-4-5' },
      { weight: 2, model: 'gemini-2.5-pro' },
    ],
    taskType: 'coding',
    tags: { team: 'research', feature: 'code-review', env: 'dev' },
    inputTokens: [1_500, 24_000],
    outputTokens: [150, 1_800],
    cached: 0.6,
  },
  {
    weight: 26,
    payer: 'project/search',
    nodes: ['user/chi'],
    models: [
      { weight: 5, model: 'gemini-2.5-flash' },
      { weight: 2, model: 'claude-haiku-4-5' },
      { weight: 1, model: 'gpt-4o' },
    ],
    taskType: 'search',
    tags: { team: 'product', feature: 'answers', env: 'prod' },
    inputTokens: [600, 9_000],
    outputTokens: [60, 500],
    cached: 0.2,
  },
  {
    weight: 26,
    payer: 'agent/indexer',
    nodes: [],
    models: [{ weight: 1, model: 'gemini-2.5-flash' }],
    taskType: 'indexing',
    tags: { team: 'product', feature: 'index', env: 'prod' },
    inputTokens: [400, 3_000],
    outputTokens: [30, 220],
    cached: 0,
  },
];
