import type { Check } from '@exchequer/platform';
import type { Reporting } from './reporting.js';

/** Whether the ledger is followed, and how far behind. */
export const projectionCheck =
  (reporting: Reporting): Check =>
  () => {
    const { ended, progress } = reporting;
    if (ended !== undefined) return { ok: false, detail: ended.message };
    const { trouble, state, behindMs } = progress;
    if (trouble !== undefined) return { ok: false, detail: trouble };
    if (state === 'starting' || state === 'stopped') return { ok: false, detail: state };
    return { ok: true, detail: behindMs === undefined ? state : `${state}, ${String(behindMs)} ms behind` };
  };

/** Whether ClickHouse answers. One in this process does, or the process is not there. */
export const clickHouseCheck =
  ({ analytics }: Reporting): Check =>
  async () => {
    if (!analytics.embedded) await analytics.writer.select('SELECT 1');
    return { ok: true };
  };
