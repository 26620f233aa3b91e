import { Responds, type BusContext } from '@exchequer/bus/nest';
import { Controller, Inject } from '@nestjs/common';
import { Lifecycle } from './lifecycle.js';

const SHOWN = 100;

/** What `lifecycle` answers: what is due next, and anchors on request. */
@Controller()
export class LifecycleController {
  constructor(@Inject(Lifecycle) private readonly lifecycle: Lifecycle) {}

  @Responds('lifecycle.v1.due.*')
  due(_body: unknown, context: BusContext): object {
    const dueAt = this.lifecycle.due.of(context.lastToken);
    return { account: context.lastToken, ...(dueAt !== undefined && { nextDueAt: new Date(dueAt).toISOString() }) };
  }

  @Responds('lifecycle.v1.next')
  next(): object {
    const due = this.lifecycle.due.next(SHOWN);
    return { due: due.map(({ account, dueAt }) => ({ account, dueAt: new Date(dueAt).toISOString() })) };
  }

  @Responds('lifecycle.v1.anchor')
  async anchor(): Promise<object> {
    return { anchored: await this.lifecycle.anchor() };
  }
}
