/** For messages: what stands between `//` and `@` in an address may be a password. */
export const withoutCredentials = (text: string): string => text.replace(/\/\/[^/@]*@/g, '//');
