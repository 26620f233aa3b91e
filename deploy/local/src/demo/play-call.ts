import type { Exchequer } from '@exchequer/client';
import type { DemoCall } from './demo-hour.js';

/** Long enough to be settled also on a machine that is busy; a demo that was cut off gives its holds back by itself. */
const HOLD_FOR = 'PT10M';
export const DEMO_SOURCE = 'exchequer/demo';

/** What became of one call: it was settled, it failed and its hold was given back, or it was refused. */
export type PlayedCall = 'settled' | 'voided' | 'refused';

/** Asks for a hold of the most that the call may cost. Gives the hold, or undefined when it was refused. */
export async function askFor(exchequer: Exchequer, call: DemoCall): Promise<string | undefined> {
  const { payer, nodes, tags, taskType } = call.work;
  const { hold } = await exchequer.authorize({
    id: `demo-authorize-${call.id}`,
    payer,
    ...(nodes.length > 0 && { nodes: [...nodes] }),
    use: { model: call.model, meters: { ...inputOf(call), output_tokens: { max: call.outputTokensMax } } },
    tags,
    taskType,
    holdFor: HOLD_FOR,
  });
  return hold?.id;
}

/** Reports what the call used, as of its own instant, or gives its hold back when it failed. */
export async function endCall(
  exchequer: Exchequer,
  call: DemoCall,
  hold: string | undefined,
  hourBeganMs: number,
): Promise<PlayedCall> {
  if (hold === undefined) return 'refused';
  if (call.failed) {
    await exchequer.void(hold, `demo-void-${call.id}`);
    return 'voided';
  }
  const { payer, nodes, tags, taskType } = call.work;
  await exchequer.record({
    source: DEMO_SOURCE,
    id: call.id,
    time: new Date(hourBeganMs + call.afterMs).toISOString(),
    data: {
      payer,
      ...(nodes.length > 0 && { nodes: [...nodes] }),
      hold,
      model: call.model,
      meters: { ...inputOf(call), output_tokens: call.outputTokens },
      tags,
      taskType,
    },
  });
  return 'settled';
}

const inputOf = ({ inputTokens, cacheReadTokens }: DemoCall) => ({
  input_tokens: inputTokens,
  ...(cacheReadTokens > 0 && { cache_read_tokens: cacheReadTokens }),
});
