import { byId, element, write } from './dom.js';

export type ConnectionState = 'connecting' | 'live' | 'lost';

const WORDS: Readonly<Record<ConnectionState, string>> = {
  connecting: 'Connecting',
  live: 'Live',
  lost: 'Reconnecting',
};

/** Whether what is shown is what is. */
export function showConnection(state: ConnectionState): void {
  const place = byId('connection');
  place.dataset['state'] = state;
  const words = place.lastElementChild;
  if (words !== null) write(words, WORDS[state]);
}

/** Says, above everything, what is wrong; with nothing it is gone. */
export function showNotice(sentence: string | undefined): void {
  const place = byId('notices');
  if (sentence === undefined) place.replaceChildren();
  else if (place.textContent !== sentence) place.replaceChildren(element('p', { class: 'notice stop' }, sentence));
}

/** For those who hear the page. */
export function announce(sentence: string): void {
  write(byId('announcer'), sentence);
}
