import type { Operation } from '../operations/operation.js';
import { malformedRequest, type HttpProblem } from './http-problem.js';

const OTHERS = ['/', '/v1/stream', '/openapi.json', '/healthz', '/readyz', '/metrics'].map((path) => ({
  path,
  method: 'GET',
}));

/** What is said of a path that nothing answers: that it does not exist, or that it takes another method. */
export function pathFinder(operations: readonly Operation[]): (method: string, path: string) => HttpProblem {
  const known = [...OTHERS, ...operations].map(({ path, method }) => ({
    method,
    pattern: new RegExp(`^${path.replace(/\{\w+\}/g, '[^/]+')}/?$`),
  }));
  return (method, path) => {
    const methods = new Set(known.filter(({ pattern }) => pattern.test(path)).map((one) => one.method));
    if (methods.size === 0)
      return malformedRequest('Nothing answers on this path; /openapi.json lists what there is.', 404);
    if (methods.has(method)) return malformedRequest('This path has a slash too many at its end; ask without it.', 404);
    const allowed = [...methods].flatMap((one) => (one === 'GET' ? ['GET', 'HEAD'] : [one])).join(', ');
    const sentence = `This path does not take ${method.slice(0, 16)}; it takes ${allowed}.`;
    return malformedRequest(sentence, 405, { Allow: allowed });
  };
}
