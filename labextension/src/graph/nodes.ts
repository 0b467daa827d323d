import type { TranslationBundle } from '@jupyterlab/translation';

import type { CellStateFields, ObservationStatus } from '../api/generated';
import { lookOf, wordOf, type Look } from '../shared/looks';
import type { IBlock } from './chains';

/** What a node of the picture, or an option of the list, says. */
export interface INodeText {
  readonly look: Look;
  /** "[3]", or "4 cells". */
  readonly label: string;
  /** What it writes, or else its first line; of a folded chain, those of the first and the last cell. */
  readonly title: string;
  /** Its first line, when the title is not that. */
  readonly line: string;
  /** All of it, for hovering and for screen readers. */
  readonly tooltip: string;
}

/** Where texts come from. */
export interface ITextSource {
  readonly cells: ReadonlyMap<string, CellStateFields>;
  readonly observation: ObservationStatus;
  lineOf(cellId: string): string;
}

/** The most pressing look first: a folded chain looks like its most pressing cell. */
const PRESSING: readonly Look[] = [
  'error',
  'running',
  'stale',
  'unknown',
  'idle',
  'success',
  'none'
];

/** The text of a node. */
export function textOf(
  block: IBlock,
  source: ITextSource,
  trans: TranslationBundle
): INodeText {
  const cells = block.cellIds.flatMap(id => source.cells.get(id) ?? []);
  return cells.length === 1
    ? cellText(cells[0], source, trans)
    : chainText(cells, source, trans);
}

/** The text of one cell. */
export function cellText(
  cell: CellStateFields,
  source: ITextSource,
  trans: TranslationBundle
): INodeText {
  const look = lookOf(cell, source.observation);
  const line = source.lineOf(cell.id) || trans.__('(empty cell)');
  const written = [...cell.writes, ...cell.relationsWritten]
    .map(({ name }) => name)
    .join(', ');
  return {
    look,
    label: numberOf(cell),
    title: written || line,
    line: written === '' ? '' : line,
    tooltip: [trans.__('Cell %1', cell.index + 1), wordOf(look, trans), line]
      .filter(text => text !== '')
      .join(', ')
  };
}

function chainText(
  cells: readonly CellStateFields[],
  source: ITextSource,
  trans: TranslationBundle
): INodeText {
  const looks = cells.map(cell => lookOf(cell, source.observation));
  const look = PRESSING.find(wanted => looks.includes(wanted)) ?? 'none';
  const count = looks.filter(other => other === look).length;
  const last = cells.at(-1);
  const label = trans.__('%1 cells', cells.length);
  const word = wordOf(look, trans);
  return {
    look,
    label,
    title: last ? `${nameOf(cells[0], source)} → ${nameOf(last, source)}` : '',
    line: count === cells.length ? word : trans.__('%1 %2', count, word),
    tooltip: trans.__('%1 that follow each other. Click to unfold.', label)
  };
}

/** What a cell is known by in short: a name it writes, or its first line. */
function nameOf(cell: CellStateFields, source: ITextSource): string {
  const written = [...cell.writes, ...cell.relationsWritten];
  return written[0]?.name ?? cut(source.lineOf(cell.id), 12);
}

/** "[3]"; a cell that has not run has no number yet. */
function numberOf(cell: CellStateFields): string {
  return `[${cell.executionCount ?? ' '}]`;
}

/** A text of at most so many characters. */
export function cut(text: string, length: number): string {
  const letters = [...text];
  return letters.length <= length
    ? text
    : `${letters.slice(0, length - 1).join('')}…`;
}
