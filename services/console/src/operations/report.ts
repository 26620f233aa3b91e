import { reportSchema, SUBJECTS } from '@exchequer/contracts';
import { malformedRequest } from '../http/http-problem.js';
import { callerOf } from './caller.js';
import type { Operation } from './operation.js';
import { queryKinds, readQuery } from './read-query.js';
import { accountIn } from './read-body.js';

const KINDS = queryKinds(reportSchema.omit({ where: true }));

/** Sums over usage and charges, from ClickHouse. */
export const report: Operation = {
  id: 'report',
  method: 'GET',
  path: '/v1/report',
  tag: 'Report',
  summary: 'Usage and cost by time, payer, model, tag, …',
  description:
    'Needs `account`. Dimensions are written with commas: `by=day,model,tag:team`. Conditions may be repeated: `where=model=gpt-4o&where=tag:team=a`.',
  takes: reportSchema,
  replies: 'Report',
  handle: async (incoming, asking) => {
    const { account, where, ...rest } = incoming.query;
    if (account === undefined) throw malformedRequest('account: is missing; a report is of one account.');
    const subject = SUBJECTS.reporting('report', accountIn(account, 'account:'));
    const body = {
      by: [],
      ...readQuery(rest, KINDS),
      ...(where !== undefined && { where: [where].flat().map(conditionOf) }),
    };
    return { status: 200, body: await asking.bytes(subject, body, callerOf(incoming.headers, asking.now())) };
  },
};

/** `tag:team=a`: up to the first equals sign it is the dimension. */
function conditionOf(text: unknown): { readonly dimension: string; readonly value: string } {
  const [, dimension, value] = /^([^=]+)=(.*)$/s.exec(String(text)) ?? [];
  if (dimension === undefined || value === undefined)
    throw malformedRequest('where: takes a dimension and a value, such as model=gpt-4o.');
  return { dimension, value };
}
