import { Responds, type BusContext } from '@exchequer/bus/nest';
import { Controller, Inject } from '@nestjs/common';
import { answerDecisions } from './questions/answer-decisions.js';
import { answerProgress } from './questions/answer-progress.js';
import { answerReconcile } from './questions/answer-reconcile.js';
import { answerReport } from './questions/answer-report.js';
import { Reporting } from './reporting.js';

/** What `reporting` answers: sums, decisions, and how far it is. */
@Controller()
export class ReportingController {
  constructor(@Inject(Reporting) private readonly reporting: Reporting) {}

  @Responds('reporting.v1.report.*')
  report(body: unknown, { lastToken: account, deadlineMs }: BusContext): Promise<object> {
    return answerReport(this.reporting, account, body, deadlineMs);
  }

  @Responds('reporting.v1.decisions.*')
  decisions(body: unknown, { lastToken: account }: BusContext): Promise<object> {
    return answerDecisions(this.reporting, account, body);
  }

  @Responds('reporting.v1.reconcile.*')
  reconcile(body: unknown, { lastToken: account, deadlineMs }: BusContext): Promise<object> {
    return answerReconcile(this.reporting, account, body, deadlineMs);
  }

  @Responds('reporting.v1.progress.*')
  progress(body: unknown, { lastToken: account, deadlineMs }: BusContext): Promise<object> {
    return answerProgress(this.reporting, account, body, deadlineMs);
  }
}
