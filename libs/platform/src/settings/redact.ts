const CREDENTIALS_IN_URL = /([a-z][a-z0-9+.-]*:\/\/)[^\s/@"',]+@/gi;
const AUTHORIZATION = /\b(Bearer|Basic)\s+[A-Za-z0-9._~+/=-]+/gi;

/** The same text without what stands before the @ of a URL, and without the value of an authorization header. */
export const redact = (text: string): string =>
  text.replace(CREDENTIALS_IN_URL, '$1***@').replace(AUTHORIZATION, '$1 ***');
