/** Of the examples of each property one in so many is tried in a run of the mutation tester. */
export const EXAMPLES_PART = Number(process.env['MUTATION_EXAMPLES_PART'] ?? 20);
