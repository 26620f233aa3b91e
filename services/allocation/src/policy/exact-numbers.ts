import { visit, type Document } from 'yaml';

const DECIMAL = /^[+-]?\d+(?:\.\d+)?$/;

/**
 * A number that is written without quotes and has more digits than a JavaScript number keeps (`rate: 1.0000000000000001`)
 * stays the text that it is, so that it is taken or refused as written and never rounded. So does each number that is a name
 * (`roles: { 1.10: … }`).
 */
export function keepExactNumbers(document: Document): void {
  visit(document, {
    Scalar: (key, scalar) => {
      const { value, source } = scalar;
      if (typeof value !== 'number' || source === undefined) return;
      if (key === 'key' || (DECIMAL.test(source) && !isKept(value, source))) scalar.value = source;
    },
  });
}

const isKept = (value: number, source: string): boolean => shortest(String(value)) === shortest(source);

/** Without a plus, leading zeros, and zeros at the end of a fraction. */
const shortest = (text: string): string =>
  text
    .replace(/^\+/, '')
    .replace(/^(-?)0+(?=\d)/, '$1')
    .replace(/(\.\d*?)0+$/, '$1')
    .replace(/\.$/, '');
