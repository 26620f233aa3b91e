import { connectBus, gather, type Bus } from '@exchequer/bus';
import { healthReply, SUBJECTS, type HealthReply } from '@exchequer/contracts';
import { SERVICES, type ServiceName } from './stack.js';

/** A service looks at everything that it needs before it answers, each within a second. */
const ANSWER_WITHIN_MS = 1_500;

export type HealthByService = ReadonlyMap<ServiceName, HealthReply>;

/** What each service that answers says of its health. */
export async function askHealth(bus: Bus): Promise<HealthByService> {
  const answers = await Promise.all(SERVICES.map(async (service) => [service, await ask(bus, service)] as const));
  return new Map(answers.flatMap(([service, health]) => (health === undefined ? [] : [[service, health]])));
}

/** As {@link askHealth}, over a connection of its own; undefined when NATS cannot be reached. */
export async function askHealthAt(nats: string): Promise<HealthByService | undefined> {
  let bus: Bus;
  try {
    bus = await connectBus({ servers: nats, name: 'exchequer-status', connectWithinMs: 0 });
  } catch {
    return undefined;
  }
  try {
    return await askHealth(bus);
  } finally {
    await bus.close();
  }
}

async function ask(bus: Bus, service: ServiceName): Promise<HealthReply | undefined> {
  const options = { windowMs: ANSWER_WITHIN_MS, repliesMax: 1 };
  const [answer] = await gather(bus, SUBJECTS.health(service), '', options);
  const parsed = healthReply.safeParse(answer?.json());
  return parsed.success ? parsed.data : undefined;
}
