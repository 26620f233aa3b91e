import { byId, element } from './dom.js';

const DEFAULT_ACCOUNT = 'demo';
const KNOWN_KEY = 'exchequer.accounts';
const KNOWN_MAX = 12;
const ACCOUNT = /^[a-z0-9][a-z0-9-]{0,62}$/;

/** The account in the address, which the form in the header changes. */
export function chosenAccount(): string {
  const asked = new URLSearchParams(location.search).get('account')?.trim() ?? '';
  const account = ACCOUNT.test(asked) ? asked : DEFAULT_ACCOUNT;
  byId<HTMLInputElement>('account').value = account;
  byId('accounts').replaceChildren(...knownAccounts().map((value) => element('option', { value })));
  return account;
}

/** Keeps an account that exists for the list of the form. */
export function rememberAccount(account: string): void {
  const known = [account, ...knownAccounts().filter((one) => one !== account)].slice(0, KNOWN_MAX);
  try {
    localStorage.setItem(KNOWN_KEY, JSON.stringify(known));
  } catch {
    // A browser that keeps nothing shows no list, and nothing else suffers.
  }
}

function knownAccounts(): readonly string[] {
  try {
    const known: unknown = JSON.parse(localStorage.getItem(KNOWN_KEY) ?? '[]');
    return Array.isArray(known) ? known.filter((one) => typeof one === 'string' && ACCOUNT.test(one)) : [];
  } catch {
    return [];
  }
}
