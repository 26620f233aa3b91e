import { pricesSchema, publishPricesSchema, SUBJECTS } from '@exchequer/contracts';
import { command, question } from './forwarded.js';
import type { Operation } from './operation.js';

/** The rate cards, which all accounts share. */
export const PRICING: readonly Operation[] = [
  question({
    id: 'prices',
    path: '/v1/prices',
    tag: 'Prices',
    summary: 'The prices of a model, or of all, at an instant',
    takes: pricesSchema,
    subject: () => SUBJECTS.catalogue('prices'),
    replies: 'Prices',
  }),
  command({
    id: 'publishPrices',
    path: '/v1/prices',
    tag: 'Prices',
    summary: 'Publish a rate card',
    takes: publishPricesSchema,
    hasId: true,
    subject: () => SUBJECTS.catalogue('publish'),
    replies: 'PublishedPrices',
  }),
];
