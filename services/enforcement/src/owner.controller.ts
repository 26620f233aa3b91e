import { Responds, RespondsInBatches, type BusContext, type BusRequest } from '@exchequer/bus/nest';
import { Controller, Inject } from '@nestjs/common';
import { Intake, type Method } from './edge/intake.js';
import { advanceMethod } from './methods/advance.js';
import { authorizeMethod } from './methods/authorize.js';
import { captureMethod } from './methods/capture.js';
import { configureMethod } from './methods/configure.js';
import { correctMethod } from './methods/correct.js';
import { grantMethod, transferMethod } from './methods/fund.js';
import { extendMethod, voidMethod } from './methods/hold-end.js';
import { outcomeMethod } from './methods/outcome.js';
import { pauseMethod, resumeMethod } from './methods/pause.js';
import { recordMethod } from './methods/record.js';
import { endSessionMethod, openSessionMethod } from './methods/sessions.js';
import { balanceMethod } from './queries/balance.js';
import { describeMethod } from './queries/describe.js';
import { Explainer } from './queries/explain.js';
import { quoteMethod } from './queries/quote.js';
import { treeMethod } from './queries/tree.js';

/** The methods of an account's owner, as they are on NATS. */
@Controller()
export class OwnerController {
  constructor(
    @Inject(Intake) private readonly intake: Intake,
    @Inject(Explainer) private readonly explainer: Explainer,
  ) {}

  @RespondsInBatches('credits.v1.authorize.*')
  authorize(requests: readonly BusRequest[]): void {
    this.take(authorizeMethod, requests);
  }

  @RespondsInBatches('credits.v1.capture.*')
  capture(requests: readonly BusRequest[]): void {
    this.take(captureMethod, requests);
  }

  @RespondsInBatches('credits.v1.void.*')
  void(requests: readonly BusRequest[]): void {
    this.take(voidMethod, requests);
  }

  @RespondsInBatches('credits.v1.extend.*')
  extend(requests: readonly BusRequest[]): void {
    this.take(extendMethod, requests);
  }

  @RespondsInBatches('credits.v1.record.*')
  record(requests: readonly BusRequest[]): void {
    this.take(recordMethod, requests);
  }

  @RespondsInBatches('credits.v1.outcome.*')
  outcome(requests: readonly BusRequest[]): void {
    this.take(outcomeMethod, requests);
  }

  @RespondsInBatches('credits.v1.correct.*')
  correct(requests: readonly BusRequest[]): void {
    this.take(correctMethod, requests);
  }

  @RespondsInBatches('credits.v1.quote.*')
  quote(requests: readonly BusRequest[]): void {
    this.take(quoteMethod, requests);
  }

  @RespondsInBatches('credits.v1.grant.*')
  grant(requests: readonly BusRequest[]): void {
    this.take(grantMethod, requests);
  }

  @RespondsInBatches('credits.v1.transfer.*')
  transfer(requests: readonly BusRequest[]): void {
    this.take(transferMethod, requests);
  }

  @RespondsInBatches('credits.v1.pause.*')
  pause(requests: readonly BusRequest[]): void {
    this.take(pauseMethod, requests);
  }

  @RespondsInBatches('credits.v1.resume.*')
  resume(requests: readonly BusRequest[]): void {
    this.take(resumeMethod, requests);
  }

  @RespondsInBatches('credits.v1.open-session.*')
  openSession(requests: readonly BusRequest[]): void {
    this.take(openSessionMethod, requests);
  }

  @RespondsInBatches('credits.v1.end-session.*')
  endSession(requests: readonly BusRequest[]): void {
    this.take(endSessionMethod, requests);
  }

  @RespondsInBatches('credits.v1.configure.*')
  configure(requests: readonly BusRequest[]): void {
    this.take(configureMethod, requests);
  }

  @RespondsInBatches('credits.v1.advance.*')
  advance(requests: readonly BusRequest[]): void {
    this.take(advanceMethod, requests);
  }

  @RespondsInBatches('credits.v1.balance.*')
  balance(requests: readonly BusRequest[]): void {
    this.take(balanceMethod, requests);
  }

  @RespondsInBatches('credits.v1.tree.*')
  tree(requests: readonly BusRequest[]): void {
    this.take(treeMethod, requests);
  }

  @RespondsInBatches('credits.v1.describe.*')
  describe(requests: readonly BusRequest[]): void {
    this.take(describeMethod, requests);
  }

  @Responds('credits.v1.explain.*')
  explain(body: unknown, context: BusContext): Promise<object> {
    return this.explainer.explain(context.lastToken, body);
  }

  private take(method: Method, requests: readonly BusRequest[]): void {
    this.intake.take(method, requests);
  }
}
