import { RequestClient } from '@exchequer/bus';
import { Responds, type BusContext } from '@exchequer/bus/nest';
import { Controller, Inject } from '@nestjs/common';
import { askOwner } from './ask-owner.js';
import { applyPolicy } from './policy/apply-policy.js';

/** What `allocation` answers: policy files, grants, transfers. Each ends in one command to the account's owner. */
@Controller()
export class AllocationController {
  constructor(@Inject(RequestClient) private readonly requests: RequestClient) {}

  @Responds('allocation.v1.plan.*')
  plan(body: unknown, context: BusContext): Promise<object> {
    return applyPolicy(this.requests, 'plan', body, context);
  }

  @Responds('allocation.v1.apply.*')
  apply(body: unknown, context: BusContext): Promise<object> {
    return applyPolicy(this.requests, 'apply', body, context);
  }

  @Responds('allocation.v1.grant.*')
  grant(body: unknown, context: BusContext): Promise<object> {
    return askOwner(this.requests, 'grant', body, context);
  }

  @Responds('allocation.v1.transfer.*')
  transfer(body: unknown, context: BusContext): Promise<object> {
    return askOwner(this.requests, 'transfer', body, context);
  }
}
