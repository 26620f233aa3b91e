import { connectBus, type Bus } from '@exchequer/bus';
import type { ProblemReply } from '@exchequer/contracts';

/** What came with one message: the bodies in their order, and whether they came as a batch. */
export interface SeenMessage {
  readonly items: readonly { readonly id?: string }[];
  readonly isBatch: boolean;
  readonly actor: string | undefined;
}

/** Answers one item. `undefined`: the whole message gets no answer. */
export type Script = (item: { readonly id?: string }, message: number) => object | ProblemReply | undefined;

/** A service on a real NATS that answers as a spec says, and remembers what it was sent. */
export interface ScriptedOwner {
  readonly seen: readonly SeenMessage[];
  close(): Promise<void>;
}

export async function startScriptedOwner(servers: string, subject: string, script: Script): Promise<ScriptedOwner> {
  const bus: Bus = await connectBus({ servers, name: 'scripted-owner' });
  const seen: SeenMessage[] = [];
  bus.subscribe(subject, {}, ({ data, reply, headers }) => {
    const body = JSON.parse(Buffer.from(data).toString('utf8')) as { items?: SeenMessage['items']; id?: string };
    const isBatch = body.items !== undefined;
    const items = body.items ?? [body];
    const message = seen.push({ items, isBatch, actor: headers?.get('Exchequer-Actor') });
    const replies = items.map((item) => script(item, message));
    if (replies.includes(undefined) || reply === undefined) return;
    bus.publish(reply, JSON.stringify(isBatch ? { items: replies } : replies[0]));
  });
  await bus.flush();
  return { seen, close: () => bus.close() };
}
