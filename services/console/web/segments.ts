import { element, reconcile } from './dom.js';

/** One choice of a few, as buttons beside each other. */
export function showSegments(
  place: HTMLElement,
  choices: readonly (readonly [value: string, word: string])[],
  chosen: string,
  choose: (value: string) => void,
): void {
  reconcile(place, choices, {
    keyOf: ([value]) => value,
    make: ([value]) => {
      const button = element('button', { type: 'button' });
      button.addEventListener('click', () => {
        choose(value);
      });
      return button;
    },
    update: (button, [value, word]) => {
      if (button.textContent !== word) button.textContent = word;
      button.setAttribute('aria-pressed', String(value === chosen));
    },
  });
}
