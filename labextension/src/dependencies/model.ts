import type { TranslationBundle } from '@jupyterlab/translation';

import type { CellStateFields, NotebookStateFields } from '../api/generated';
import { edgeWords } from '../shared/edges';
import { listOf, lookOf, wordOf, type Look } from '../shared/looks';
import type { SessionStatus } from '../tokens';

/** One cell in a list. */
export interface IDependencyRow {
  readonly cellId: string;
  readonly look: Look;
  readonly word: string;
  /** "[3]", or the position of a cell that has not run. */
  readonly number: string;
  readonly line: string;
  readonly names: readonly string[];
  /** How the dependency is known. */
  readonly known: string;
  /** The accessible name. */
  readonly label: string;
}

/** A sentence, and the cell it leads to, if it names one. */
export interface ISentence {
  readonly text: string;
  readonly cellId: string | null;
}

/** What the section shows. Without rows and sentence it is `hint` alone. */
export interface IDependenciesView {
  /** What the section is for, or what is wrong; empty when all is well. */
  readonly hint: string;
  readonly look: Look;
  /** One sentence on the cell's state; null when nothing is known of it. */
  readonly sentence: ISentence | null;
  /** Further reasons, and problems with line and column. */
  readonly details: readonly ISentence[];
  readonly upstream: readonly IDependencyRow[];
  readonly downstream: readonly IDependencyRow[];
}

/** What the view is made of. */
export interface IDependenciesInput {
  readonly status: SessionStatus;
  readonly problem: string | null;
  readonly notebook: Omit<NotebookStateFields, 'cells'> | null;
  readonly cells: ReadonlyMap<string, CellStateFields>;
  /** The active cell; undefined: none, or one that is not code. */
  readonly active: CellStateFields | undefined;
  /** A cell's first line, for its row. */
  lineOf(cellId: string): string;
}

const NOTHING = {
  look: 'none',
  sentence: null,
  details: [],
  upstream: [],
  downstream: []
} as const;

/** The section's content for the active cell. */
export function viewOf(
  input: IDependenciesInput,
  trans: TranslationBundle
): IDependenciesView {
  const { active, notebook } = input;
  const hint = hintOf(input, trans);
  if (!active || !notebook) {
    return {
      ...NOTHING,
      hint:
        hint ||
        trans.__(
          'Select a code cell to see what it depends on and what depends on it.'
        )
    };
  }
  const look = lookOf(active, notebook.observation.status);
  const [sentence, ...details] = sentencesOf(active, look, trans);
  const rows = (dependencies: CellStateFields['upstream']): IDependencyRow[] =>
    dependencies.flatMap(({ cellId, names, status }) => {
      const cell = input.cells.get(cellId);
      return cell
        ? [rowOf(cell, names, edgeWords(status, trans), input, trans)]
        : [];
    });
  return {
    hint,
    look,
    sentence: sentence.text === '' ? null : sentence,
    details,
    upstream: rows(active.upstream),
    downstream: rows(active.downstream)
  };
}

function hintOf(input: IDependenciesInput, trans: TranslationBundle): string {
  if (input.status === 'offline') {
    const problem = input.problem ?? '';
    return input.notebook
      ? trans.__(
          'The Sept server does not answer. This is the last known state. %1',
          problem
        )
      : trans.__(
          'The Sept server does not answer. Cells run as usual, without their dependencies. %1',
          problem
        );
  }
  if (input.notebook?.observation.status === 'NOT_OBSERVED') {
    return (
      input.notebook.observation.message ??
      trans.__('The kernel cannot tell what runs did, so states are not shown.')
    );
  }
  return input.notebook?.notices[0]?.message ?? '';
}

/** The state's sentence, then what else there is to say. Never empty. */
function sentencesOf(
  cell: CellStateFields,
  look: Look,
  trans: TranslationBundle
): ISentence[] {
  const problems = cell.problems.map(({ message, span }) =>
    plain(
      span
        ? trans.__(
            'Line %1, column %2: %3',
            span.line,
            span.column + 1,
            message
          )
        : message
    )
  );
  if (look === 'unknown') {
    return [
      plain(
        trans.__(
          'This cell cannot be analysed. Its last good names stay in use.'
        )
      ),
      ...problems
    ];
  }
  if (look === 'none') {
    return [plain(''), ...problems];
  }
  const isTold = ({ message }: CellStateFields['reasons'][number]): boolean =>
    cell.explanation.includes(message);
  const others = cell.reasons
    .filter(reason => !isTold(reason))
    .map(({ message, cellId }) => ({ text: message, cellId }));
  const cause = cell.reasons.find(isTold) ?? cell.reasons[0];
  return [
    { text: cell.explanation, cellId: cause?.cellId ?? null },
    ...others,
    ...problems
  ];
}

function plain(text: string): ISentence {
  return { text, cellId: null };
}

function rowOf(
  cell: CellStateFields,
  names: readonly string[],
  known: string,
  input: IDependenciesInput,
  trans: TranslationBundle
): IDependencyRow {
  const look = lookOf(cell, input.notebook?.observation.status ?? 'NO_KERNEL');
  const word = wordOf(look, trans);
  const line = input.lineOf(cell.id) || trans.__('(empty cell)');
  return {
    cellId: cell.id,
    look,
    word,
    number: `[${cell.executionCount ?? ' '}]`,
    line,
    names,
    known,
    label: [
      trans.__('Cell %1', cell.index + 1),
      word,
      line,
      trans.__('by %1', listOf(names, trans)),
      known
    ]
      .filter(part => part !== '')
      .join(', ')
  };
}
