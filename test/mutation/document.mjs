/**
 * MUTANTS.md: its figures and its tables of survivors are made from a run, its prose is written by hand. The reason why a
 * mutant survives is the heading that its row stands under, and is kept for as long as the mutant survives: by file, text of
 * the line and mutation. To give a reason, move the row under its heading, or under a new one, and write the document anew.
 */
import { figuresOf, scoreOf, sumOf, survivorsIn } from './survivors.mjs';

/** Where survivors stand that nobody has given a reason. */
const OPEN = 'Not told apart yet';
const OF_OPEN = 'A spec could, or nobody has found out why none can.';

/** All under this heading, up to the next, is made anew. */
const FIGURES = '\n## Figures\n';
const FIGURES_HEAD = '| folder | mutants | seen | score |\n| --- | --- | --- | --- |\n';

/** The last part of the document: under each reason its survivors. */
const SURVIVORS = '\n## What survives, and why\n';
const SURVIVORS_HEAD = '| file | in | mutation |\n| --- | --- | --- |\n';

/** What survived in a run and has no reason in the document. */
export function withoutReason(report, document) {
  const reasons = reasonsOf(document).filter(({ title }) => title !== OPEN);
  return survivorsIn(report).filter((one) => reasonFor(one, reasons) === undefined);
}

/**
 * The document with the figures and the survivors of a run. A reason that no survivor has any more is left out.
 *
 * @param {{ commit: string, minutes: number, examplesPart: number, commands: number }} run how the run was made
 */
export function written(report, run, document) {
  const [beforeFigures, figuresAndMore] = part(document, FIGURES);
  const [prose, survivorsAndIntro] = part(figuresAndMore.slice(figuresAndMore.indexOf('\n## ')), SURVIVORS);
  const [intro] = survivorsAndIntro.split('\n### ');
  const reasons = reasonsOf(document).filter(({ title }) => title !== OPEN);
  const open = { title: OPEN, text: OF_OPEN };
  const survivors = grouped(survivorsIn(report), (one) => reasonFor(one, reasons) ?? open);
  const sections = [...reasons, open]
    .filter((reason) => survivors.has(reason))
    .map((reason) => sectionText(reason, survivors.get(reason)));
  return [
    beforeFigures,
    FIGURES,
    figuresText(report, run),
    prose,
    SURVIVORS,
    [intro.trimEnd(), ...sections].join('\n\n'),
  ]
    .join('')
    .concat('\n');
}

function reasonsOf(document) {
  const [, ...sections] = part(document, SURVIVORS)[1].split('\n### ');
  return sections.map((section) => {
    const [head, ...lines] = section.split('\n');
    const rows = lines.filter((line) => line.startsWith('|')).slice(2);
    const text = lines.filter((line) => !line.startsWith('|')).join('\n');
    return { title: head.replace(/ \(\d+\)$/, ''), text: text.trim(), keys: new Set(rows.flatMap(keysOfRow)) };
  });
}

/** `| file | line | mutation; mutation |`, where pieces of source stand between double backticks. */
function keysOfRow(row) {
  const [, file] = /^\| (\S+) \| /.exec(row);
  const [line, ...pieces] = row.match(/`` .*? ``(?!`)/g);
  return pieces.flatMap((before, index) =>
    index % 2 === 0 ? [keyOf({ file, line, mutation: `${before} → ${pieces[index + 1]}` })] : [],
  );
}

const keyOf = ({ file, line, mutation }) => `${file} | ${line} | ${mutation}`;

const reasonFor = (survivor, reasons) => reasons.find(({ keys }) => keys.has(keyOf(survivor)));

function sectionText({ title, text }, survivors) {
  const byLine = grouped(survivors, ({ file, line }) => `| ${file} | ${line} | `);
  const rows = [...byLine].map(([start, ones]) => `${start}${ones.map(({ mutation }) => mutation).join('; ')} |`);
  return `### ${title} (${String(survivors.length)})\n\n${text}\n\n${SURVIVORS_HEAD}${rows.join('\n')}`;
}

function figuresText(report, { commit, minutes, examplesPart, commands }) {
  const figures = figuresOf(report);
  const sum = sumOf(figures);
  const how = `At commit ${commit}, in ${String(minutes)} minutes, with all specs: of each property one example in ${String(examplesPart)}, of the differential test ${String(commands)} commands.`;
  const rows = figures.map(
    (one) => `| ${one.folder} | ${String(one.mutants)} | ${String(one.seen)} | ${scoreOf(one)} |`,
  );
  const total = `| **all** | **${String(sum.mutants)}** | **${String(sum.seen)}** | **${scoreOf(sum)}** |`;
  return `\n${how}\n\n${FIGURES_HEAD}${rows.join('\n')}\n${total}\n`;
}

function grouped(items, keyFor) {
  const groups = new Map();
  for (const item of items) {
    const key = keyFor(item);
    if (!groups.has(key)) groups.set(key, []);
    groups.get(key).push(item);
  }
  return groups;
}

function part(text, at) {
  const index = text.indexOf(at);
  if (index < 0) throw new Error(`MUTANTS.md has no heading ${JSON.stringify(at.trim())}`);
  return [text.slice(0, index), text.slice(index + at.length)];
}
