import { Readable } from 'node:stream';
import type { ClickHouseClient } from '@clickhouse/client';
import { AnalyticsUnavailable } from '../errors.js';
import type { Cell, ClickHouse, Parameters } from './click-house.js';
import { faultOf } from './fault-of.js';
import { Gate } from './gate.js';

export interface ConnectionBounds {
  /** Selects that run at once on this connection; more wait. */
  readonly selectsMax: number;
  /** A select that takes longer ends as QueryTooHeavy. */
  readonly selectWithinMs: number;
  readonly selectBytesMax: number;
}

export const CONNECTION_BOUNDS: ConnectionBounds = {
  selectsMax: 4,
  selectWithinMs: 20_000,
  selectBytesMax: 2 * 1024 ** 3,
};

/**
 * A connection by the vendor's client. Settings stand in the statements themselves: what is set on the embedded
 * connection stays set for all that comes later.
 */
export class ClientConnection implements ClickHouse {
  readonly #client: ClickHouseClient;
  readonly #gate: Gate;
  readonly #selectSettings: string;
  #closed = false;

  constructor(client: ClickHouseClient, bounds: ConnectionBounds) {
    this.#client = client;
    this.#gate = new Gate(bounds.selectsMax);
    this.#selectSettings = `SETTINGS max_execution_time = ${String(bounds.selectWithinMs / 1_000)}, max_memory_usage = ${String(bounds.selectBytesMax)}`;
  }

  select(statement: string, parameters?: Parameters): Promise<readonly (readonly Cell[])[]> {
    return this.#gate.through(() =>
      this.#carryOut('select', async () => {
        const result = await this.#client.query({
          query: `${statement}\n${this.#selectSettings}`,
          format: 'JSONCompactEachRow',
          ...(parameters !== undefined && { query_params: parameters }),
        });
        return result.json<readonly Cell[]>();
      }),
    );
  }

  insert(statement: string, rows: string): Promise<void> {
    return this.#carryOut('write', async () => {
      const { stream } = await this.#client.exec({ query: statement, values: Readable.from([rows]) });
      stream.resume();
    });
  }

  execute(statement: string): Promise<void> {
    return this.#carryOut('write', async () => {
      await this.#client.command({ query: statement });
    });
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#client.close();
  }

  async #carryOut<Result>(during: 'select' | 'write', work: () => Promise<Result>): Promise<Result> {
    if (this.#closed) throw new AnalyticsUnavailable('the connection is closed');
    try {
      return await work();
    } catch (thrown) {
      throw faultOf(thrown, during);
    }
  }
}
