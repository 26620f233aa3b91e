/** The code that the system gave a fault, such as `EADDRINUSE` or `ENOENT`; undefined for a fault of another kind. */
export const systemCode = (fault: unknown): string | undefined =>
  typeof fault === 'object' && fault !== null && 'code' in fault && typeof fault.code === 'string'
    ? fault.code
    : undefined;
