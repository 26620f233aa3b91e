import { configureSchema, malformed, problem } from '@exchequer/contracts';
import { describe, expect, it } from '@jest/globals';
import { placeRefusal } from './place-refusal.js';
import { readPolicy } from './read-policy.js';
import { toConfigure } from './to-configure.js';

const ofNode = (fields: string): string => `account: acme\nnodes:\n  user/ada: { ${fields} }\n`;
const ofLimit = (fields: string): string =>
  ofNode(`limits: [ { name: daily, amount: 5 usd, window: day, ${fields} } ]`);

function read(text: string) {
  const policy = readPolicy(text, 'policy.yaml');
  if ('code' in policy) throw new Error(policy.message);
  return policy;
}

/** What an owner says of a file that can be read and that no `configure` can be. */
function refused(text: string) {
  const policy = read(text);
  const parsed = configureSchema.safeParse(toConfigure(policy.policy, 'p1'));
  if (parsed.success) throw new Error('it was taken');
  return placeRefusal(malformed(parsed.error), policy, 'policy.yaml');
}

describe('a refusal of what a policy file asks for', () => {
  it.each([
    [
      ofLimit('mode: throttle, throttle: { from: 80%, delay: 2h }'),
      'policy.yaml:3:107: nodes.user/ada.limits.0.throttle.delay: is longer than an hour.',
    ],
    [ofLimit('then: slow, slow: 2h'), 'policy.yaml:3:80: nodes.user/ada.limits.0.slow: is longer than an hour.'],
    [
      ofLimit('pace: { ahead: 400d }'),
      'policy.yaml:3:76: nodes.user/ada.limits.0.pace.ahead: is longer than 366 days.',
    ],
    [
      ofNode('limits: [ { name: daily, amount: 5 usd, window: rolling 400d } ]'),
      'policy.yaml:3:55: nodes.user/ada.limits.0.window: is longer than 366 days.',
    ],
    [
      ofNode('rates: [ { requests: 5/day, then: slow, slow: 2h } ]'),
      'policy.yaml:3:55: nodes.user/ada.rates.0.slow: is longer than an hour.',
    ],
    [
      'account: acme\ntiers: [ { name: gold, age: 99999w } ]\n',
      'policy.yaml:2:24: tiers.0.age: is longer than a hundred years.',
    ],
  ])('has the words of the file and not those of the wire: %j', (text, message) => {
    expect(refused(text)).toMatchObject({ code: 'Malformed', message });
  });

  it.each([
    ['nodes.0.limits.0.currency', 'nodes.user/ada.limits.0.amount'],
    ['nodes.0.limits.0.scope', 'nodes.user/ada.limits.0'],
    ['nodes.0.pools.0', 'nodes.user/ada.reserve'],
    ['nodes.0.pools.0.borrowMax', 'nodes.user/ada.borrowMax'],
    ['nodes.0.entitlements.models.deny.0', 'nodes.user/ada'],
    ['roles.power.limits.3', 'roles'],
    ['groups', ''],
  ])('leads to the nearest place that the file has: %s to %s', (path, named) => {
    const policy = read(
      'account: acme\nnodes:\n  user/ada: { limits: [ { name: d, window: day, amount: 5 usd } ], reserve: 1 usd, borrowMax: 2 usd }\nroles: {}\n',
    );
    const { message, details } = placeRefusal(problem('Malformed', 'No.', { path }), policy, 'policy.yaml');
    expect(details).toMatchObject({ path: named });
    expect(message).toMatch(/^policy\.yaml:\d+:\d+: No\.$/);
  });

  it('stays as it is where it is about nothing in the file', () => {
    const conflict = problem('IdempotencyConflict', 'The id p1 was used before.');
    expect(placeRefusal(conflict, read('account: acme\n'), 'policy.yaml')).toBe(conflict);
  });
});
