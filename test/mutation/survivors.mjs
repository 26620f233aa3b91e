/**
 * What a run of the mutation tester comes to: how many mutants each folder of the account has and how many were seen, and
 * what survived, as MUTANTS.md names it.
 */
const SOURCE = 'libs/account/src/';

const SEEN = new Set(['Killed', 'Timeout']);
const NOT_SEEN = new Set(['Survived', 'NoCoverage']);

/** How much of a line and of a mutation is shown. A reason is found again by what is shown, wherever the line has gone. */
const LINE_MAX = 90;
const BEFORE_MAX = 60;
const AFTER_MAX = 40;

/** @typedef {{ file: string, line: string, mutation: string, at: number }} Survivor as they stand in a table, `at` being the number of the line */

/**
 * The mutants that no spec saw, in the order of files and lines.
 *
 * @param report what the `json` reporter of Stryker wrote, or its like
 * @returns {readonly Survivor[]}
 */
export const survivorsIn = (report) =>
  filesOf(report).flatMap(({ file, source, mutants }) =>
    mutants
      .filter(({ status }) => NOT_SEEN.has(status))
      .sort((one, other) => one.location.start.line - other.location.start.line || Number(one.id) - Number(other.id))
      .map((mutant) => survivor(file, source.split('\n'), mutant)),
  );

function survivor(file, lines, { location: { start, end }, replacement = '' }) {
  const first = lines[start.line - 1];
  const before = lines.slice(start.line - 1, end.line);
  before[before.length - 1] = before.at(-1).slice(0, end.column - 1);
  before[0] = before[0].slice(start.column - 1);
  const mutation = `${shown(before.join('\n'), BEFORE_MAX)} → ${shown(replacement, AFTER_MAX)}`;
  return { file, line: shown(first, LINE_MAX), mutation, at: start.line };
}

/** A piece of source in one line of a table. */
function shown(text, lengthMax) {
  const piece = text.trim().replace(/\s+/g, ' ').slice(0, lengthMax);
  return `\`\` ${piece.replaceAll('|', '\\|').replaceAll('`', 'ˋ') || '(nothing)'} \`\``;
}

/**
 * Mutants and those that were seen, by folder, in the order of the names; files that are in no folder come last.
 *
 * @returns {readonly { folder: string, mutants: number, seen: number }[]}
 */
export function figuresOf(report) {
  const byFolder = new Map();
  for (const { file, mutants } of filesOf(report)) {
    const folder = file.includes('/') ? file.slice(0, file.indexOf('/')) : ROOT_FILES;
    const figures = byFolder.get(folder) ?? { folder, mutants: 0, seen: 0 };
    for (const { status } of mutants) {
      if (SEEN.has(status)) figures.seen += 1;
      if (SEEN.has(status) || NOT_SEEN.has(status)) figures.mutants += 1;
    }
    byFolder.set(folder, figures);
  }
  const order = ({ folder }) => (folder === ROOT_FILES ? '~' : folder);
  return [...byFolder.values()]
    .filter(({ mutants }) => mutants > 0)
    .sort((one, other) => (order(one) < order(other) ? -1 : 1));
}

const ROOT_FILES = 'root files';

/** All folders together. */
export const sumOf = (figures) =>
  figures.reduce(
    (sum, { mutants, seen }) => ({ folder: 'all', mutants: sum.mutants + mutants, seen: sum.seen + seen }),
    { folder: 'all', mutants: 0, seen: 0 },
  );

/** `93.2 %`, rounded down, so that nothing reads as reached that is not. */
export const scoreOf = ({ mutants, seen }) => `${(Math.floor((1000 * seen) / mutants) / 10).toFixed(1)} %`;

const filesOf = ({ files }) =>
  Object.entries(files)
    .map(([path, file]) => ({ file: path.replace(SOURCE, ''), ...file }))
    .sort((one, other) => (one.file < other.file ? -1 : 1));
