import type { TranslationBundle } from '@jupyterlab/translation';

import type { CellStateFields, ObservationStatus } from '../api/generated';
import { listOf, lookOf, wordOf, type Look } from '../shared/looks';

/** So many names are shown; the rest is counted. */
export const NAMES_SHOWN = 3;

/** A name in the row. */
export interface IChip {
  readonly text: string;
  /** A relation of a database, not a Python name. */
  readonly isRelation: boolean;
  readonly tooltip: string;
}

/** The names of one direction. */
export interface IChips {
  readonly shown: readonly IChip[];
  readonly hidden: readonly IChip[];
}

/** Everything a badge row shows. */
export interface IBadge {
  readonly look: Look;
  /** Beside the glyph; empty where the glyph is enough. */
  readonly word: string;
  readonly reads: IChips;
  readonly writes: IChips;
  /** It may read or write more than is shown. */
  readonly isOpaque: boolean;
  readonly commentCount: number;
  /** The accessible name of the row. */
  readonly label: string;
  /** What the state means, for hovering. */
  readonly tooltip: string;
}

/** What is not in the cell's state. */
export interface IBadgeContext {
  /** Position among all cells, from 1. */
  readonly number: number;
  readonly commentCount: number;
  readonly observation: ObservationStatus;
  /** Its text is kept back from the server for its size. */
  readonly isTooLong: boolean;
}

/** The badge of a code cell. */
export function badgeOf(
  state: CellStateFields,
  context: IBadgeContext,
  trans: TranslationBundle
): IBadge {
  const look = context.isTooLong
    ? 'unknown'
    : lookOf(state, context.observation);
  const reads = chipsOf(state.reads, state.relationsRead, trans);
  const writes = chipsOf(state.writes, state.relationsWritten, trans);
  const word = wordOf(look, trans);
  return {
    look,
    word: look === 'idle' ? '' : word,
    reads: split(reads),
    writes: split(writes),
    isOpaque: state.isOpaque,
    commentCount: context.commentCount,
    label: [
      trans.__('Cell %1', context.number),
      word,
      ...namesLabel(reads, writes, trans),
      ...commentsLabel(context.commentCount, trans)
    ]
      .filter(part => part !== '')
      .join(', '),
    tooltip: tooltipOf(state, context, trans)
  };
}

/**
 * The badge of a cell without a state: one that is not code, shown for its comments, or a code cell that the
 * server has not spoken of yet, shown so that nothing moves when it does.
 */
export function blankBadge(
  number: number,
  commentCount: number,
  trans: TranslationBundle
): IBadge {
  return {
    look: 'none',
    word: '',
    reads: split([]),
    writes: split([]),
    isOpaque: false,
    commentCount,
    label: [
      trans.__('Cell %1', number),
      ...commentsLabel(commentCount, trans)
    ].join(', '),
    tooltip: ''
  };
}

/** "2 comments", for the row and its name. */
export function commentsText(count: number, trans: TranslationBundle): string {
  return trans._n('%1 comment', '%1 comments', count);
}

function chipsOf(
  names: CellStateFields['reads'],
  relations: CellStateFields['relationsRead'],
  trans: TranslationBundle
): IChip[] {
  // A frame that SQL reads is a name of the notebook, and known to the server as both.
  const known = new Set(names.map(({ name }) => name));
  const ofDatabases = relations.filter(
    ({ connection, name }) => connection !== null || !known.has(name)
  );
  return [
    ...names.map(({ name }) => ({
      text: name,
      isRelation: false,
      tooltip: name
    })),
    ...ofDatabases.map(({ connection, name }) => ({
      text: name,
      isRelation: true,
      tooltip:
        connection === null
          ? trans.__("%1 in the notebook's own database", name)
          : trans.__('%1 in %2', name, connection)
    }))
  ];
}

function split(chips: readonly IChip[]): IChips {
  return {
    shown: chips.slice(0, NAMES_SHOWN),
    hidden: chips.slice(NAMES_SHOWN)
  };
}

function namesLabel(
  reads: readonly IChip[],
  writes: readonly IChip[],
  trans: TranslationBundle
): string[] {
  const texts = (chips: readonly IChip[]) =>
    listOf(
      chips.map(chip => chip.text),
      trans
    );
  return [
    reads.length > 0 ? trans.__('reads %1', texts(reads)) : '',
    writes.length > 0 ? trans.__('writes %1', texts(writes)) : ''
  ];
}

function commentsLabel(count: number, trans: TranslationBundle): string[] {
  return count > 0 ? [commentsText(count, trans)] : [];
}

function tooltipOf(
  state: CellStateFields,
  context: IBadgeContext,
  trans: TranslationBundle
): string {
  if (context.isTooLong) {
    return trans.__(
      'Longer than 500,000 characters: not analysed. Keep long data in a file instead.'
    );
  }
  const problems = state.problems.map(({ message, span }) =>
    span
      ? trans.__('Line %1, column %2: %3', span.line, span.column + 1, message)
      : message
  );
  const explanation =
    context.observation === 'NOT_OBSERVED' ? [] : [state.explanation];
  return [...(state.isBroken ? [] : explanation), ...problems]
    .filter(text => text !== '')
    .join('\n');
}
