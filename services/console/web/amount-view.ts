import { element } from './dom.js';
import { isZero, showAmount } from './money.js';

/** An amount with its finer digits set back: all of them are there, and the eye finds the point. */
export function amountView(text: string, display: number, currency?: string): HTMLElement {
  const { shown, fine } = showAmount(text, display);
  const view = element('span', isZero(text) ? { class: 'zero' } : {}, shown, element('span', { class: 'fine' }, fine));
  if (currency !== undefined) view.append(element('span', { class: 'unit' }, ` ${currency}`));
  return view;
}
